import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Plan } from '../../src/index.js'
import type { Lane } from './lane.js'

/** How a script ended. */
export interface End {
  /** `undefined` where it was killed. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export type Signal = 'INT' | 'TERM' | 'HUP'

/** Says which process it is, where that is asked for, and becomes the script. */
const START = `
read -r line <"$STRIKE/at"
echo "\${line/%itself/$$}" >"$STRIKE/at"
echo $$ >"$STRIKE/script"
exec bash "$@"`

/** A script of a plan on a machine, each change of which may be struck. */
export class Script {
  readonly #lane: Lane
  readonly #path: string

  constructor(lane: Lane, plan: Plan) {
    this.#lane = lane
    this.#path = lane.machine.file('struck.sh', plan.toBash())
  }

  /** Runs it; `meanwhile` is called once a change was struck. */
  async run(verb: 'up' | 'down', meanwhile?: () => Promise<void>): Promise<End> {
    const { machine, striker } = this.#lane
    const [command = '', ...words] = [
      ...machine.enter,
      ...striker.env,
      `PATH=${striker.PATH}`,
      ...['bash', '--norc', '-c', START, 'start', this.#path, verb],
    ]
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    const out = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        out[name] += text
      })
    }
    let over = false
    const ended = once(child, 'close').finally(() => {
      over = true
    })
    if (meanwhile !== undefined) {
      while (!over && !existsSync(join(machine.folder, 'fired'))) await wait(10)
      if (!over) await meanwhile()
    }
    const [code] = await ended
    return { code: typeof code === 'number' && code < 128 ? code : undefined, ...out }
  }

  /** Sends a signal to it alone, not to what it runs, as `kill` does. */
  async signal(name: Signal): Promise<void> {
    const pid = this.#lane.machine.read('script').trim()
    await this.#lane.machine.run(`kill -s ${name} ${pid}`)
  }
}
