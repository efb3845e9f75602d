import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import * as z from 'zod/mini'
import { NetloomError, shown } from '../errors.js'
import { readOptions } from '../options.js'
import { shape } from '../shape.js'
import { type Enter, entered, isSandbox } from './enter.js'
import { milliseconds } from './options.js'
import { marked, wordsIn } from './shell.js'
import type { PortOptions, ProcessEnd, RunningProcess, SpawnOptions } from './types.js'

/** How much of what a process prints is kept, in characters. */
const KEPT = 64 * 1024

/** How long a process may take to end when it is asked to, in milliseconds. */
const PATIENCE_MS = 2_000

const DEFAULT_PORT_TIMEOUT_MS = 10_000

const spawnOptions = shape(() =>
  z.strictObject({
    cwd: z.optional(z.string()),
    env: z.optional(z.record(z.string(), z.optional(z.string()))),
  }),
)

const portOptions = shape(() =>
  z.strictObject({
    protocol: z.optional(z.enum(['tcp', 'udp'])),
    timeoutMs: z.optional(milliseconds()),
  }),
)

function checkWords(words: readonly unknown[]): void {
  for (const word of words) {
    if (typeof word === 'string' && !word.includes('\0')) continue
    throw new NetloomError('BAD_ARGUMENT', `spawn() takes words, not ${shown(word)}`, {
      value: word,
      hint: "Write spawn('python3', ['-m', 'http.server', '80']).",
    })
  }
}

/** Keeps the end of what comes, so that the process never waits for a reader. */
function tail(stream: Readable | null): () => string {
  let text = ''
  stream?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-KEPT)
  })
  return () => text
}

/** A program that forgets a process still ends. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdout, child.stderr]) {
    ;(pipe as unknown as { unref?: () => void } | null)?.unref?.()
  }
}

/**
 * Says the ports on which something listens, a line "PORT ..." a look, until the one that is wanted is among them. In
 * /proc/net the second word is ADDRESS:PORT as hexadecimal digits, the fourth the state: 0A listens, 07 is an open
 * socket of UDP (include/net/tcp_states.h).
 */
const LISTENING = `
wanted=$1 protocol=$2 state=0A
[[ $protocol == tcp ]] || state=07
while :; do
  ports=''
  for file in /proc/net/$protocol /proc/net/\${protocol}6; do
    [[ -r $file ]] || continue
    while read -r _ local _ has _; do
      [[ $has != "$state" ]] || ports+=" $((16#\${local##*:}))"
    done <"$file"
  done
  echo "ports$ports"
  [[ "$ports " != *" $wanted "* ]] || exit 0
  sleep 0.02
done`

/**
 * The process itself. What entered a sandbox waits outside for it, and ends as it does; where it were ended too, nobody
 * would wait, and the sandbox could not end before the system's first process has seen to it.
 */
function insideOf(pid: number, enter: Enter): number {
  if (!isSandbox(enter)) return pid
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10) || pid
  } catch {
    return pid
  }
}

/** Signals a process, or with a negative number its group. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it has ended by itself
  }
}

class Process implements RunningProcess {
  readonly ended: Promise<ProcessEnd>
  readonly #enter: Enter
  readonly #child: ChildProcess
  readonly #words: readonly string[]
  readonly #stdout: () => string
  readonly #stderr: () => string
  #end: ProcessEnd | undefined
  #failure: Error | undefined

  constructor(enter: Enter, lab: string, words: readonly string[], options: SpawnOptions) {
    const { cwd = process.cwd(), env = process.env } = options
    const [command = '', ...args] = wordsIn(enter, cwd, words)
    this.#enter = enter
    this.#words = words
    // A process group of its own: the terminal's Ctrl-C does not reach it, and what it starts can be ended with it.
    const child = spawn(command, args, {
      cwd: isSandbox(enter) ? undefined : cwd,
      env: marked(lab, env),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = entered(enter, child)
    this.#stdout = tail(this.#child.stdout)
    this.#stderr = tail(this.#child.stderr)
    this.ended = new Promise((resolve) => {
      const over = (exitCode: number | null, signal: NodeJS.Signals | null) => {
        this.#end ??= { exitCode, signal }
        resolve(this.#end)
      }
      this.#child.once('error', (error) => {
        this.#failure = error
        over(null, null)
      })
      this.#child.once('close', over)
    })
    letGo(this.#child)
  }

  get stdout(): string {
    return this.#stdout()
  }

  get stderr(): string {
    return this.#failure === undefined ? this.#stderr() : String(this.#failure)
  }

  async stop(): Promise<ProcessEnd> {
    const { pid } = this.#child
    if (pid === undefined || this.#end !== undefined) return this.ended
    this.#child.ref()
    // what it started may hold its pipes: that is ended too, once it is gone itself
    const rest = () => signal(-pid, 'SIGKILL')
    const timer = setTimeout(() => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) rest()
      else this.#child.once('exit', rest)
      signal(insideOf(pid, this.#enter), 'SIGKILL')
    }, PATIENCE_MS)
    signal(insideOf(pid, this.#enter), 'SIGTERM')
    const end = await this.ended
    clearTimeout(timer)
    return end
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => {})
  }

  async waitForPort(port: number, options: PortOptions = {}): Promise<void> {
    const { protocol = 'tcp', timeoutMs = DEFAULT_PORT_TIMEOUT_MS } = readOptions(
      'waitForPort()',
      portOptions,
      options,
    )
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new NetloomError('BAD_ARGUMENT', `waitForPort() takes a port, not ${shown(port)}`, {
        value: port,
        hint: 'A port is a whole number from 1 to 65535.',
      })
    }
    const look = ['bash', '--norc', '-c', LISTENING, 'listening', String(port), protocol]
    const [command = '', ...args] = wordsIn(this.#enter, '/', look)
    const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said = text.trimEnd().split('\n').at(-1) ?? said
    })
    let timer: NodeJS.Timeout | undefined
    const outcome = await Promise.race([
      new Promise<'there' | 'gone'>((resolve) => {
        child.once('close', (code) => resolve(code === 0 ? 'there' : 'gone'))
        child.once('error', () => resolve('gone'))
      }),
      this.ended.then(() => 'ended' as const),
      new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, timeoutMs, 'late')
      }),
    ])
    clearTimeout(timer)
    if (outcome === 'there') return
    if (child.pid !== undefined && child.exitCode === null) {
      signal(insideOf(child.pid, this.#enter), 'SIGKILL')
    }
    throw this.#notThere(outcome, protocol, port, timeoutMs, said)
  }

  #notThere(
    outcome: 'gone' | 'ended' | 'late',
    protocol: string,
    port: number,
    ms: number,
    said: string,
  ): NetloomError {
    const what = this.#words.join(' ')
    const complaint = this.stderr.trim()
    if (outcome === 'late') {
      const others = said.split(' ').slice(1).join(', ')
      return new NetloomError(
        'TIMEOUT',
        `${what}: nothing listens on ${protocol} port ${port} after ${ms} ms`,
        {
          value: port,
          hint: `${others === '' ? 'No port is' : `These ports are: ${others}`}. It complained: ${complaint === '' ? 'nothing' : complaint}`,
        },
      )
    }
    const how = this.#end?.signal ?? `code ${this.#end?.exitCode ?? 'unknown'}`
    return new NetloomError(
      'PROCESS_ENDED',
      outcome === 'ended'
        ? `${what} ended with ${how} before it listened on ${protocol} port ${port}: ${complaint}`
        : `the lab ended before ${what} listened on ${protocol} port ${port}`,
      { value: this.#words, hint: 'Look at its stderr, and whether its program is installed.' },
    )
  }
}

/**
 * Starts a process in a place.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function spawnIn(
  enter: Enter,
  lab: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): RunningProcess {
  const words = [command, ...args]
  checkWords(words)
  return new Process(enter, lab, words, readOptions('spawn()', spawnOptions, options))
}
