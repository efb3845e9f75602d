import type { PlanJson } from '../plan/schema.js'
import type { Step } from '../step/step.js'
import type { Enter } from './enter.js'

/** One sign of life of a run. */
export interface Progress {
  /** `do`: the step is done. `skip`: it was there already. `undo`: it was taken back. */
  readonly type: 'do' | 'skip' | 'undo'
  readonly host: string
  /** The command, as one would type it. */
  readonly command: string
  /** The step of the plan; absent for an undo. */
  readonly step?: Step | undefined
  /** How many steps have been dealt with, and of how many. */
  readonly done: number
  readonly total: number
}

/** Options of everything that runs commands. */
export interface RunOptions {
  /** Ends the run; what was done is undone, then it rejects with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** How long one process may take, in milliseconds; 30,000 where it is not given. */
  readonly timeoutMs?: number | undefined
  /** How long to wait for another run on the same host, in milliseconds; 30,000 where it is not given. */
  readonly lockTimeoutMs?: number | undefined
  /** Where labs keep their journals: an absolute path; `/run/netloom` where it is not given. */
  readonly journalDir?: string | undefined
  /** Called as steps are done, skipped or undone. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Options of `up`. */
export interface UpOptions extends RunOptions {
  /** Emulate every host of the plan in namespaces of its own; nothing of this machine is touched. */
  readonly sandbox?: boolean | undefined
  /**
   * A lab of the same name that `up` gave, in a sandbox or on this machine: it is changed into this plan where it is. What
   * is given then knows the new names, and takes its place.
   */
  readonly into?: AsyncDisposable | undefined
  /**
   * Where Ctrl-C, SIGTERM or SIGHUP comes during `up`, undo what was done before it has its effect. `true` where it
   * is not given; `false` leaves signals to the caller.
   */
  readonly handleSignals?: boolean | undefined
  /** Take the lab down when the program ends; `false` where it is not given: the lab stays. */
  readonly undoOnExit?: boolean | undefined
  /**
   * What places the rules of the lab on the host. Where it is not given, `nft` if the host has no iptables, or if a chain
   * of its own that iptables does not reach may drop; else `iptables`. A lab that is up keeps what it has: another one is
   * refused with `PREFLIGHT`.
   */
  readonly firewall?: 'iptables' | 'nft' | undefined
}

/** Options of `preview`. */
export type PreviewOptions = RunOptions & Pick<UpOptions, 'firewall'>

/** Options of `down`. */
export interface DownOptions extends RunOptions {
  /** End the processes of others that are in the lab's namespaces, too. */
  readonly force?: boolean | undefined
}

/** How a part of the plan stands: as the plan says, not at all, in another shape, or as somebody else's. */
export type State = 'present' | 'absent' | 'different' | 'foreign'

/** What {@link RunOptions} found of one resource. */
export interface Status {
  readonly host: string
  /** The resource in words: `veth pair vethhost01 <-> node03/demo01 vethdemo01`. */
  readonly what: string
  readonly kind: string
  /** The call of the chain that made it. */
  readonly call: string
  readonly state: State
}

/** The part of zx's result that netloom promises. */
export interface ShellOutput {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
  readonly ok: boolean
  text(): string
  lines(): string[]
}

/** The part of zx's process that netloom promises: a promise of its output. */
export interface ShellPromise extends PromiseLike<ShellOutput> {
  nothrow(): ShellPromise
  quiet(): ShellPromise
  text(): Promise<string>
  lines(): Promise<string[]>
  kill(signal?: `SIG${string}`): Promise<void>
}

/** zx's `$`, in the part that netloom promises: `const $ = place.$ as import('zx/core').Shell` has the rest. */
export interface Shell {
  (pieces: TemplateStringsArray, ...args: unknown[]): ShellPromise
  (options: ShellOptions): Shell
}

/** The options of zx's `$` that are promised. */
export interface ShellOptions {
  readonly cwd?: string | undefined
  readonly env?: Record<string, string | undefined> | undefined
  readonly input?: string | undefined
  readonly nothrow?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly timeout?: string | number | undefined
}

/** How a process ended. */
export interface ProcessEnd {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
}

/** Options of `spawn`. */
export interface SpawnOptions {
  /** The working directory; that of this program where it is not given. */
  readonly cwd?: string | undefined
  /** The environment; that of this program where it is not given. */
  readonly env?: Record<string, string | undefined> | undefined
}

/** What to wait for. */
export interface PortOptions {
  /** `tcp` where it is not given. */
  readonly protocol?: 'tcp' | 'udp' | undefined
  /** How long to wait, in milliseconds; 10,000 where it is not given. */
  readonly timeoutMs?: number | undefined
}

/** A process in a place of a lab, such as a server. It ends with the lab, or by `stop()`. */
export interface RunningProcess extends AsyncDisposable {
  /** What it printed, the last 64 KiB of it. */
  readonly stdout: string
  /** What it complained of, the last 64 KiB of it. */
  readonly stderr: string
  /** How it ended, once it has. */
  readonly ended: Promise<ProcessEnd>
  /**
   * Waits until something in the place listens on this port.
   *
   * @throws NetloomError `PROCESS_ENDED` with what it complained of, `TIMEOUT`, `BAD_ARGUMENT`
   */
  waitForPort(port: number, options?: PortOptions): Promise<void>
  /** Asks it to end (SIGTERM), and ends it (SIGKILL) after two seconds; twice is fine. */
  stop(): Promise<ProcessEnd>
}

/** A host or a namespace of a running lab. */
export interface RunningPlace {
  /** zx's `$`, whose commands run there. */
  readonly $: Shell
  /**
   * Starts a process that goes on beside the program, such as a server; no shell reads its words. It goes with the
   * lab.
   *
   * @throws NetloomError `BAD_ARGUMENT`
   * @example
   * const server = running.ns('demo01').spawn('python3', ['-m', 'http.server', '80'])
   * await server.waitForPort(80)
   */
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): RunningProcess
}

/** Where a host and its namespaces are, each with what it is called in answers. */
export interface HostPlaces {
  readonly node: string
  readonly enter: Enter
  readonly namespaces: readonly { readonly name: string; readonly node: string }[]
}

/** A lab that is up, without the names that its plan knows. */
export interface RunningLab {
  /** Changes it into another plan of the same name and, in a sandbox, of the same hosts. */
  change(plan: PlanJson, options: UpOptions): Promise<RunningLab>
  ns(name: string): RunningPlace
  host(name: string): RunningPlace
  readonly plan: PlanJson
  readonly places: readonly HostPlaces[]
  status(options?: RunOptions): Promise<Status[]>
  down(options?: DownOptions): Promise<void>
}

/** A lab that is up on this machine, or half up. */
export interface LabInfo {
  readonly name: string
  /** `half`: its last run did not end, or is at it. */
  readonly state: 'up' | 'half'
  /** The program whose run was the last. */
  readonly owner: { readonly pid: number; readonly alive: boolean }
  /** When that run began. */
  readonly since: Date
  readonly ageMs: number
}
