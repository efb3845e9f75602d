import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs texts one after another, in one process; the end of each is told with its code. */
const LOOP = `
while IFS= read -r -d '' text; do
  code=0
  out=$(eval "$text" 2>&1 </dev/null) || code=$?
  printf '%s\\0%s\\0' "$code" "$out"
done`

export interface Said {
  readonly code: number
  readonly text: string
}

/** A bash in some place that lives on between commands. It ends with this process. */
export class Bash implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #read = ''
  #wake = () => {}
  #turn: Promise<unknown> = Promise.resolve()

  constructor(enter: readonly string[], begin = '') {
    const [command = 'bash', ...words] = [...enter, 'bash', '--norc', '-c', `${begin}\n${LOOP}`]
    this.#child = spawn(command, words, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#read += text
      this.#wake()
    })
    this.#child.stdin?.on('error', () => {})
    this.#child.once('close', () => this.#wake())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async #next(): Promise<string> {
    for (;;) {
      const at = this.#read.indexOf('\0')
      if (at >= 0) {
        const text = this.#read.slice(0, at)
        this.#read = this.#read.slice(at + 1)
        return text
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`bash has ended: ${this.#read}`)
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  run(text: string): Promise<Said> {
    const turn = this.#turn.then(async () => {
      this.#child.stdin?.write(`${text}\0`)
      return { code: Number(await this.#next()), text: await this.#next() }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** Runs what must succeed. */
  async ok(text: string): Promise<string> {
    const said = await this.run(text)
    if (said.code !== 0) throw new Error(`code ${said.code} of ${text}\n${said.text}`)
    return said.text
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    await this.#closed
  }
}
