import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { type ErrorDetail, NetloomError } from '../errors.js'
import { handToZx, type LabPlace, startBash } from './shell.js'
import type { RunOptions } from './types.js'

/** How long a session may be silent where the caller does not say. */
export const DEFAULT_TIMEOUT_MS = 30_000

/** The last line of each answer. */
const END = '@end'

/** Instead of a program: there is none any more. */
const CLOSE = 'close'

/** What it is told, what it complains of, what it watches, and its answers: zx would read each line of its output, too. */
const PIPES = ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'] as const

/** Why a session was ended from outside. */
export type Cut = 'timeout' | 'abort'

/** What a program printed, and how the session stands behind it. */
export interface Answer {
  readonly lines: readonly string[]
  /** True where the program ran to its end; else the session is over. */
  readonly complete: boolean
  readonly cut: Cut | undefined
  readonly exitCode: number | null
  readonly stderr: string
}

/** The variable in which bash is handed what it must know first: no process, no file, and nothing for `ps` to show. */
const ENGINE = 'NETLOOM_ENGINE'

/**
 * bash, which takes programs by their length. A very long one comes through `head`: bash itself would take each of its
 * characters in hand. Beside it something waits for the end of pipe 3, which only netloom's process holds open: when
 * that is killed, whatever the session is at goes too, and with it the lock, which a command that hangs would keep.
 * A session that comes to its end ends what waits first: nothing of it is there behind it. One that learns otherwise
 * that nobody hears it, or has more for it, ends everything itself: what waits may not have been told yet.
 */
const START = `exec >&4 4>&-
{ read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 &
trap "{ kill -KILL $! && wait $!; } 2>/dev/null" EXIT
trap 'kill -KILL 0' PIPE
exec 3<&-
LC_ALL=C
engine=$${ENGINE}
unset ${ENGINE}
eval "$engine" </dev/null
unset engine
while read -r size; do
  [[ $size != ${CLOSE} ]] || exit 0
  if ((size < 100000)); then read -r -N "$size" program; else program=$(head -c "$size"); fi
  eval "$program" </dev/null
  echo ${END}
done
kill -KILL 0`

/**
 * One bash in a place, run by zx, that takes programs and answers in lines. It keeps what it was told
 * (the engine, what it has seen, the lock) from one program to the next, so that looking and changing are one run.
 */
export class Session {
  readonly #child: ChildProcess
  readonly #options: RunOptions
  readonly #ended: Promise<void>
  #takeOver: () => void = () => {}
  #onLine: (line: string) => void = () => {}
  #over = false
  #stderr = ''
  #exitCode: number | null = null

  constructor(place: LabPlace, engine: string, options: RunOptions) {
    this.#options = options
    this.#child = startBash(place, START, PIPES, { ...process.env, [ENGINE]: engine })
    // Writing to a session that has just died is no error of its own: the answer tells.
    this.#child.stdin?.on('error', () => {})
    const answers = this.#child.stdio[4] as Duplex
    let rest = ''
    answers.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) this.#onLine(line)
    })
    this.#endWhatIsLeft()
    this.#ended = this.#byZx()
  }

  /**
   * Its end, by zx. To load that takes half as long as a look at a whole machine, so it takes the process over when
   * nothing else is to be done, and at the latest when it ends: all that it said is there until then.
   */
  #byZx(): Promise<void> {
    const take = async () => {
      const { exitCode, stderr } = await handToZx(this.#child)
      this.#over = true
      this.#exitCode = exitCode
      this.#stderr = stderr
    }
    return new Promise((resolve, reject) => {
      this.#takeOver = () => {
        this.#takeOver = () => {}
        take().then(resolve, reject)
      }
      for (const event of ['exit', 'error']) this.#child.once(event, () => this.#takeOver())
    })
  }

  /** The session is over only when all that it started is: what waits is told, where it is still there. */
  #endWhatIsLeft(): void {
    const pipe = this.#child.stdio[3] as Duplex
    // its end is seen where it is read
    pipe.resume()
    this.#child.once('exit', () => pipe.end())
  }

  /** zx takes it over now, where it has not yet. */
  handOver(): void {
    this.#takeOver()
  }

  /** Everything that was started in it ends with it. */
  #kill(): void {
    if (this.#child.pid === undefined || this.#over) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // it has ended by itself
    }
  }

  /**
   * Runs a program. Each line of its answer is a sign of life: where none comes for `timeoutMs` (and
   * `patienceMs` before the first), what hangs is killed, and the session with it. `meanwhile` is called once it is
   * on its way.
   */
  async run(
    program: string,
    onLine: (line: string) => void = () => {},
    patienceMs = 0,
    meanwhile?: () => void,
  ): Promise<Answer> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options
    const lines: string[] = []
    let cut: Cut | undefined
    let complete = false
    const end = (why: Cut) => {
      cut ??= why
      this.#kill()
    }
    const onAbort = () => end('abort')
    let timer = setTimeout(end, timeoutMs + patienceMs, 'timeout')
    let patient = patienceMs > 0
    const answered = new Promise<void>((resolve) => {
      this.#onLine = (line) => {
        if (line === END) {
          complete = true
          resolve()
          return
        }
        if (patient) {
          patient = false
          clearTimeout(timer)
          timer = setTimeout(end, timeoutMs, 'timeout')
        } else {
          timer.refresh()
        }
        lines.push(line)
        onLine(line)
      }
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) onAbort()
    else this.#child.stdin?.write(`${Buffer.byteLength(program)}\n${program}`)
    try {
      if (meanwhile === undefined) this.#takeOver()
      else meanwhile()
      await Promise.race([answered, this.#ended])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#onLine = () => {}
    }
    const { stderr } = this.#over ? { stderr: this.#stderr } : { stderr: '' }
    return { lines, complete, cut, exitCode: this.#exitCode, stderr }
  }

  /** Ends it, and gives the lock back. */
  async close(): Promise<void> {
    this.#child.stdin?.end(`${CLOSE}\n`)
    this.#takeOver()
    await this.#ended
  }
}

/**
 * Opens a session for one piece of work, and closes it behind it whatever happens. Where nobody waits for it any more, there
 * is none: it might begin before it is ended.
 *
 * @throws NetloomError `ABORTED`
 */
export async function withSession<T>(
  place: LabPlace,
  engine: string,
  options: RunOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (options.signal?.aborted === true) throw cutError('abort', options)
  const session = new Session(place, engine, options)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/** What is said where a run was cut off, with whatever it led to. */
export function cutError(cut: Cut, options: RunOptions, detail: ErrorDetail = {}): NetloomError {
  if (cut === 'abort') {
    const cause: unknown = options.signal?.reason
    return new NetloomError('ABORTED', 'the run was aborted', { cause, ...detail })
  }
  const ms = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  return new NetloomError('TIMEOUT', `a command took more than ${ms} ms`, {
    hint: 'A higher timeoutMs gives it longer.',
    ...detail,
  })
}
