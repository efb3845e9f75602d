import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ETC_FOLDERS, OWN_ETC } from '../../src/run/etc.js'
import { Agent } from './agent.js'
import { type DigestPart, digestOf, digestProgram, settledProgram } from './digest.js'

/** Its number outside is read before /proc becomes the machine's own. */
const HOLDER = `
read -r outer _ </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock ${ETC_FOLDERS}
${OWN_ETC}mount -t sysfs sysfs /sys
ip link set dev lo up
unshare -n sleep infinity </dev/null >/dev/null 2>&1 &
peer=$!
until [[ $(readlink "/proc/$peer/ns/net") != "$(readlink /proc/self/ns/net)" ]]; do sleep 0.01; done
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip link add dev enp2s0 type veth peer name uplink netns "$peer"
echo 1 >/proc/sys/net/ipv6/conf/default/accept_dad
nsenter -t "$peer" -n ip -batch - <<END
link set dev lo up
link set dev uplink up
addr add 100.100.198.1/24 dev uplink
addr add fd00:100::1/64 dev uplink nodad
END
ip -batch - <<END
link set dev enp2s0 up
addr add 100.100.198.250/24 dev enp2s0
addr add fd00:100::250/64 dev enp2s0 nodad
route add default via 100.100.198.1
END
echo "$outer $peer"
while IFS= read -r -d '' text; do
  code=0
  out=$(eval "$text" 2>"$ERRORS" </dev/null) || code=$?
  printf '%s\\0%s\\0%s\\0' "$code" "$out" "$(<"$ERRORS")"
done
`

/** How a command ended. */
export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a machine has beside an uplink. */
export interface MachineOptions {
  /** Bash commands that run before anything is looked at. */
  readonly setup?: string
}

/**
 * A throw-away machine: network, mount and PID namespaces with their own /run, /etc and /proc, an uplink enp2s0
 * (100.100.198.250/24, fd00:100::250/64) to a gateway that forwards nothing. It is gone with the test's process.
 */
export class Machine implements AsyncDisposable {
  /** A folder for files of the test. */
  readonly folder = mkdtempSync(join(tmpdir(), 'netloom-machine-'))
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #read = ''
  #wake = () => {}
  #turn: Promise<unknown> = Promise.resolve()
  #pid = ''

  private constructor() {
    const unshare = ['unshare', '-n', '-m', '-p', '-f', '--kill-child', '--propagation', 'private']
    const words = ['--pdeathsig', 'KILL', ...unshare, 'bash', '--norc', '-euc', HOLDER]
    this.#child = spawn('setpriv', words, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C', ERRORS: join(this.folder, 'errors') },
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#read += text
      this.#wake()
    })
    this.#child.once('close', () => this.#wake())
  }

  static async open({ setup = '' }: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine()
    try {
      const [pid = ''] = (await machine.#upTo('\n')).split(' ')
      machine.#pid = pid
      if (setup !== '') await machine.ok(setup)
      return machine
    } catch (error) {
      await machine[Symbol.asyncDispose]()
      throw error
    }
  }

  async #upTo(end: string): Promise<string> {
    for (;;) {
      const at = this.#read.indexOf(end)
      if (at >= 0) {
        const text = this.#read.slice(0, at)
        this.#read = this.#read.slice(at + 1)
        return text
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error('the machine has ended')
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Runs bash text on the machine; commands come one after another. */
  run(text: string): Promise<Result> {
    const turn = this.#turn.then(async () => {
      this.#child.stdin?.write(`${text}\0`)
      const code = Number(await this.#upTo('\0'))
      const stdout = await this.#upTo('\0')
      return { code, stdout, stderr: await this.#upTo('\0') }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** Runs bash text that must succeed; gives what it printed. */
  async ok(text: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(text)
    if (code !== 0) throw new Error(`code ${code} of ${text}\n${stdout}\n${stderr}`)
    return stdout
  }

  /** One packet there and back: `answers`, `lost`, or `unreachable` where no route leads there. */
  async ping(from: string, address: string): Promise<string> {
    const inside = from === '' ? '' : `ip netns exec ${from} `
    const { code, stdout, stderr } = await this.run(`${inside}ping -n -c1 -W1 ${address}`)
    if (code === 0) return 'answers'
    return /network is unreachable/i.test(stdout + stderr) ? 'unreachable' : 'lost'
  }

  /** Keeps a bash script for the machine; gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode: 0o755 })
    return path
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  /** The words that take a command to this machine. */
  get enter(): readonly string[] {
    return ['nsenter', '-t', this.#pid, '-n', '-m', '-p', '--']
  }

  /** A Node.js process there that uses the built package. */
  sdk(): Agent {
    return this.sdkIn()
  }

  /** The same behind a command that takes it further in. */
  sdkIn(...command: readonly string[]): Agent {
    return new Agent([...this.enter, ...command, process.execPath])
  }

  /** Waits until no IPv6 address is on its way any more. */
  async settled(): Promise<void> {
    await this.ok(settledProgram)
  }

  /** The whole state as text; once no IPv6 address is on its way any more. */
  async digest(...without: readonly DigestPart[]): Promise<string> {
    return digestOf(await this.ok(digestProgram), without)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    await this.#closed
    rmSync(this.folder, { recursive: true, force: true })
  }
}
