import { expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import type { Agent, Answer } from '../netns/agent.js'
import { Lane } from './lane.js'
import { full } from './seed.js'

const ROUNDS = full ? 20 : 4

/** The lab that four processes want, and one for each of four others; some share forwarding. */
const lab = (name: string, i: number) =>
  net.host().named(name).ns(name).ip(`10.9.${i}.2/24`).veth().routeBothWays()
const same = lab('same', 0).allowForward()
const planOf = (i: number): Plan => {
  if (i < 4) return same
  return i % 2 === 0 ? lab(`own${i}`, i) : lab(`own${i}`, i).allowForward()
}

/** Half of each kind do not wait long for the lock. */
const optionsOf = (i: number) => (i % 4 < 2 ? {} : { lockTimeoutMs: 50 })

test(
  `eight processes, each up and down ${ROUNDS} times, half of them the same lab`,
  async () => {
    await using lane = await Lane.open({ setup: '', back: 'nft' })
    const counts = { resolved: 0, busy: 0 }
    const others: string[] = []

    /** Succeeds, or is told that the lab is taken; who is told so comes again. */
    const work = async (call: () => Promise<Answer<undefined>>): Promise<void> => {
      while (others.length === 0) {
        const { error } = await call()
        if (error === undefined) {
          counts.resolved += 1
          return
        }
        if (error.code === 'LAB_BUSY') counts.busy += 1
        else others.push(error.message)
      }
    }
    const agents = Array.from({ length: 8 }, () => lane.another())
    const rounds = async (agent: Agent, i: number) => {
      const options = optionsOf(i)
      for (let round = 0; round < ROUNDS; round += 1) {
        await work(() => agent.up(planOf(i), { options }))
        await work(() => agent.down(planOf(i), { options }))
      }
    }
    try {
      await Promise.all(agents.map((agent) => agent.pid()))
      await Promise.all(agents.map(rounds))
    } finally {
      await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()))
    }
    console.log(`eight processes: ${counts.resolved} calls resolved, ${counts.busy} LAB_BUSY`)
    expect(others).toEqual([])
    expect(counts.resolved).toBe(2 * 8 * ROUNDS)
    expect(counts.busy).toBeGreaterThan(0)
    await lane.expectAsBefore()
  },
  ROUNDS * 120_000,
)
