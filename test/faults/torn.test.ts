import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { type Lane, WAYS } from './lane.js'
import { Lanes } from './lanes.js'
import { full, numbers, seed, shuffled } from './seed.js'
import { subjects } from './subjects.js'

const [subject] = subjects.filter(({ name }) => name === 'S2')
const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** How many cuts of each stage are tried in a sample. */
const SOME = 4

/**
 * Where an up is killed, by the command of which it is killed before: what stands in the journal of that command and
 * those behind it in its batch has not come to be, so a write of it may as well have been cut off.
 */
const STAGES = [
  ['the first namespace', /netns add demo01/],
  ['the pairs', /link add/],
  ['the rules', /^iptables-restore/],
  ['the rules of IPv6', /^ip6tables-restore/],
  ['forwarding', /^forward .*ipv4/],
  ['forwarding of IPv6', /^forward .*ipv6/],
] as const

/** The number of the command of up that is struck with this text. */
async function numberOf(lane: Lane, text: RegExp): Promise<number> {
  if (subject === undefined) return 0
  const { striker, sdk } = lane
  for (let k = 1; k <= subject.commands.up; k += 1) {
    await striker.at(k, 'fail', 'up', 0)
    await sdk.up(subject.plan, { PATH: striker.PATH })
    if (text.test(await striker.fired())) return k
  }
  return 0
}
