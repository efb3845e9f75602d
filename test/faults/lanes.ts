import { availableParallelism } from 'node:os'
import { Lane } from './lane.js'
import type { Subject } from './subjects.js'

/** Machines that serve one case after another, as many at a time as there are processors. */
export class Lanes implements AsyncDisposable {
  readonly #idle = new Map<string, Lane[]>()
  readonly #waiting: (() => void)[] = []
  #free = Math.max(2, availableParallelism())

  /** Lends a machine to a case. Where the case fails, nothing is known of the machine, and it goes. */
  async lend(subject: Subject, work: (lane: Lane) => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#free -= 1
    try {
      const idle = this.#idleOf(subject)
      const lane = idle.pop() ?? (await Lane.open(subject))
      try {
        await work(lane)
        idle.push(lane)
      } catch (error) {
        await lane[Symbol.asyncDispose]()
        throw error
      }
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }

  #idleOf({ back, setup }: Subject): Lane[] {
    const key = `${back} ${setup}`
    const idle = this.#idle.get(key) ?? []
    this.#idle.set(key, idle)
    return idle
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const lane of [...this.#idle.values()].flat()) await lane[Symbol.asyncDispose]()
  }
}
