import { expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import type { Agent, Answer } from '../netns/agent.js'
import { Lane } from './lane.js'
import { full } from './seed.js'

const ROUNDS = full ? 20 : 4

/** The lab that four processes want, and one for each of four others; some share forwarding. */
const same = net.host().named('same').ns('same').ip('10.9.0.2/24').veth().routeBothWays().allowForward()
const own = (i: number): Plan => {
  const plan = net.host().named(`own${i}`).ns(`own${i}`).ip(`10.9.${i}.2/24`).veth().routeBothWays()
  return i % 2 === 0 ? plan : plan.allowForward()
}

test(
  `eight processes, each up and down ${ROUNDS} times, half of them the same lab`,
  async () => {
    await using lane = await Lane.open({ setup: '', back: 'nft' })
    const counts = { resolved: 0, busy: 0 }
    const others: string[] = []

    const count = ({ error }: Answer<undefined>): boolean => {
      if (error === undefined) counts.resolved += 1
      else if (error.code === 'LAB_BUSY') counts.busy += 1
      else others.push(error.message)
      return error === undefined
    }
    const work = async (agent: Agent, plan: Plan, lockTimeoutMs: number | undefined) => {
      const options = { lockTimeoutMs }
      for (let round = 0; round < ROUNDS; round += 1) {
        count(await agent.up(plan, { options }))
        // who is told that the lab is taken comes again
        while (!count(await agent.down(plan, { options })) && others.length === 0);
      }
    }
    const agents = Array.from({ length: 8 }, () => lane.another())
    try {
      await Promise.all(agents.map((agent) => agent.pid()))
      await Promise.all(
        // two of each kind are impatient
        agents.map((agent, i) =>
          work(agent, i < 4 ? same : own(i), i % 4 < 2 ? undefined : 300),
        ),
      )
    } finally {
      await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()))
    }
    console.log(`eight processes: ${counts.resolved} calls resolved, ${counts.busy} LAB_BUSY`)
    expect(others).toEqual([])
    expect(counts.resolved).toBeGreaterThanOrEqual(8 * ROUNDS)
    await lane.expectAsBefore()
  },
  ROUNDS * 120_000,
)
