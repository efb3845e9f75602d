import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Plan } from '../../src/index.js'
import { labName } from '../../src/plan/lab.js'
import { Agent, type Answer } from '../netns/agent.js'
import { LEGACY } from '../netns/back-ends.js'
import { Machine } from '../netns/machine.js'
import { type Striker, strikerOn } from './strike.js'
import type { Subject } from './subjects.js'

/** How a lab is taken down by a process that did not put it up. */
export const WAYS = ['by the plan', 'by its name', 'by the script'] as const
export type Way = (typeof WAYS)[number]

/** All but the processes, which end when they are scheduled, and these in an order of their own. */
function parts(digest: string): { readonly state: string; readonly processes: string } {
  const [state = '', processes = ''] = digest.split('#processes\n')
  return { state, processes: processes.split('\n').sort().join('\n') }
}

/**
 * A machine on which one case follows another: behind each it must be as it was, so that the next one finds what
 * the first one found. A program of the SDK waits on it, and is another one for each `renew`.
 */
export class Lane implements AsyncDisposable {
  readonly machine: Machine
  readonly striker: Striker
  readonly #path: string
  #agent: Agent
  #pid = 0
  #before = parts('')

  private constructor(machine: Machine, striker: Striker, path: string) {
    this.machine = machine
    this.striker = striker
    this.#path = path
    this.#agent = this.#start()
  }

  static async open({ setup, back }: Pick<Subject, 'setup' | 'back'>): Promise<Lane> {
    const machine = await Machine.open()
    const usual = await machine.ok('echo "$PATH"')
    const path = back === 'legacy' ? `${machine.folder}/legacy:${usual}` : usual
    if (back === 'legacy') {
      await machine.ok(`LEGACY=${machine.folder}/legacy; mkdir "$LEGACY"\n${LEGACY}`)
    }
    await machine.ok(`PATH=${path}\n${setup}`)
    const lane = new Lane(machine, await strikerOn(machine, path), path)
    lane.#pid = await lane.#agent.pid()
    lane.#before = parts(await machine.digest())
    return lane
  }

  #start(): Agent {
    return new Agent([...this.machine.enter, ...this.striker.env, process.execPath])
  }

  /** The program of the SDK that waits. */
  get sdk(): Agent {
    return this.#agent
  }

  /** Its process number on the machine. */
  get pid(): number {
    return this.#pid
  }

  /** One more program of the SDK on the machine; it ends with the test that asks for it. */
  another(): Agent {
    return this.#start()
  }

  /** Another program of the SDK, which knows nothing of what the one before it did. */
  async renew(): Promise<void> {
    await this.#agent[Symbol.asyncDispose]()
    this.#agent = this.#start()
    this.#pid = await this.#agent.pid()
  }

  /** Ends the program of the SDK at once. */
  async kill(): Promise<void> {
    await this.machine.run(`kill -KILL ${this.#pid}`)
  }

  /** Waits for an answer, or for the end of the program that should give it: then there is none. */
  async orEnd<T>(answer: Promise<Answer<T>>): Promise<Answer<T> | undefined> {
    try {
      return await answer
    } catch {
      return undefined
    }
  }

  /** Takes a lab down; gives what went wrong. */
  async down(plan: Plan, way: Way): Promise<string> {
    if (way === 'by the script') {
      const script = this.machine.file('lab.sh', plan.toBash())
      const { code, stderr } = await this.machine.run(`PATH=${this.#path} ${script} down`)
      return code === 0 && stderr === '' ? '' : `code ${code}: ${stderr}`
    }
    const { error } = await (way === 'by the plan'
      ? this.#agent.down(plan)
      : this.#agent.net('down', [labName(plan.toJSON())]))
    return error?.message ?? ''
  }

  /** The machine is as it was before the first case, and so are its processes in a moment. */
  async expectAsBefore(): Promise<void> {
    let now = parts(await this.machine.digest())
    expect(now.state).toBe(this.#before.state)
    for (let i = 0; i < 30 && now.processes !== this.#before.processes; i += 1) {
      await wait(100)
      now = parts(await this.machine.digest())
    }
    expect(now).toEqual(this.#before)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent[Symbol.asyncDispose]()
    await this.machine[Symbol.asyncDispose]()
  }
}
