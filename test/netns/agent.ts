import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type {
  Explanation,
  LiveExplainOptions,
  NetloomError,
  Plan,
  Preview,
  ProcessEnd,
  RunOptions,
  Status,
  UpOptions,
} from '../../src/index.js'

/** How a call of the SDK ended, in another process. */
export interface Answer<T> {
  readonly value?: T
  readonly error?: Pick<NetloomError, 'code' | 'message' | 'hint' | 'findings' | 'failure'>
  readonly progress: readonly string[]
}

/** How a call is made. */
export interface Call {
  readonly options?: RunOptions & Pick<UpOptions, 'sandbox' | 'firewall'>
  /** The search path of the call, where it is not the usual one. */
  readonly PATH?: string
  /** Abort at this sign of progress, counted from 1. */
  readonly abortAt?: number
}

/** An answer as it crosses from the other process. */
export type Told = Omit<Explanation, 'toString' | 'toJSON' | 'toMermaid'> & {
  readonly text: string
}

/** A preview as it crosses from the other process. */
export type ToldPreview = Omit<Preview, 'toString'> & { readonly text: string }

/** Where a shell of a running lab stands. */
export interface Place {
  readonly ns?: string
  readonly host?: string
  readonly script: string
}

/** A Node.js process elsewhere that has the SDK; it ends with the test, or with the place where it runs. */
export class Agent implements AsyncDisposable {
  readonly child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #closed: Promise<unknown>

  constructor(node: readonly string[], folder: string = import.meta.dirname) {
    const [command = '', ...words] = node
    this.child = spawn(command, [...words, join(folder, 'agent.mjs')], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (this.child.stdout === null) throw new Error('no pipe')
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
    this.#closed = once(this.child, 'close')
  }

  async #ask<T>(question: object): Promise<Answer<T>> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the process of the SDK has ended')
    return JSON.parse(value)
  }

  up(plan: Plan, call: Call = {}): Promise<Answer<undefined>> {
    return this.#ask({ verb: 'up', plan, ...call })
  }

  down(plan: Plan, call: Call = {}): Promise<Answer<undefined>> {
    return this.#ask({ verb: 'down', plan, ...call })
  }

  status(plan: Plan, call: Call = {}): Promise<Answer<Status[]>> {
    return this.#ask({ verb: 'status', plan, ...call })
  }

  preview(plan: Plan, call: Call = {}): Promise<Answer<ToldPreview>> {
    return this.#ask({ verb: 'preview', plan, ...call })
  }

  /** A function of `net` itself. */
  net<T>(
    name: 'list' | 'down' | 'downAll' | 'gc',
    args: readonly unknown[] = [],
    call: Call = {},
  ): Promise<Answer<T>> {
    return this.#ask({ verb: 'net', place: { name, args }, ...call })
  }

  /** Why a packet arrives or not on the machine where it runs. */
  async here(from: string, to: string, options?: LiveExplainOptions): Promise<Told> {
    const { value, error } = await this.#ask<Told>({ verb: 'here', place: { from, to, options } })
    if (value === undefined) throw new Error(error?.message)
    return value
  }

  /** Its process number where it runs, once it is there. */
  async pid(): Promise<number> {
    return (await this.#ask<number>({ verb: 'pid' })).value ?? 0
  }

  /** Of the newest lab that this process has up. */
  shell(place: Place): Promise<Answer<{ stdout: string; exitCode: number | null }>> {
    return this.#ask({ verb: 'shell', place })
  }

  /** A process in a namespace of the newest lab, which listens on a port. */
  spawn(place: {
    readonly ns: string
    readonly command: string
    readonly args: readonly string[]
    readonly port: number
  }): Promise<Answer<undefined>> {
    return this.#ask({ verb: 'spawn', place })
  }

  /** How the processes that it started have ended, those that have. */
  ends(): Promise<Answer<ProcessEnd[]>> {
    return this.#ask({ verb: 'ends' })
  }

  runningStatus(): Promise<Answer<Status[]>> {
    return this.#ask({ verb: 'runningStatus' })
  }

  runningDown(): Promise<Answer<undefined>> {
    return this.#ask({ verb: 'runningDown' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin?.end()
    await this.#closed
  }
}
