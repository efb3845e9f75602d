import { afterAll, describe, expect, test } from 'vitest'
import { type Lane, WAYS } from './lane.js'
import { Lanes } from './lanes.js'
import { full, numbers, seed, shuffled } from './seed.js'
import { subjectOf } from './subjects.js'

const subject = subjectOf('S2')
const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** Many runs, on a machine that may be busy, in milliseconds. */
const SLOW = full ? 3_600_000 : 600_000

/** How many cuts of each stage are tried in a sample. */
const SOME = 3

/**
 * Where an up is killed: before the first command of a batch. What the journal says of that batch, its last lines, has
 * not come to be, so the write of them may as well have been cut off anywhere.
 */
const STAGES = [
  ['the first namespace', /netns add/],
  ['the rules', /^iptables-restore/],
  ['the rules of IPv6', /^ip6tables-restore/],
  ['forwarding', /^forward .*ipv4/],
  ['forwarding of IPv6', /^forward .*ipv6/],
] as const

const JOURNAL = '/run/netloom/node03-demo01/journal'

/** Leaves a journal as a kill at this stage leaves it; gives it. */
async function killedAt(lane: Lane, stage: RegExp): Promise<string> {
  const { striker } = lane
  await striker.at(stage, 'before', 'up', lane.pid)
  const call = { PATH: striker.PATH }
  expect(await lane.orEnd(lane.sdk.up(subject.plan, call))).toBeUndefined()
  expect(await striker.fired()).toMatch(stage)
  await lane.renew()
  return `${await lane.machine.ok(`cat ${JOURNAL}`)}\n`
}

/** Cuts this many bytes off the journal. */
const cut = (lane: Lane, bytes: number) =>
  lane.machine.ok(`head -c -${bytes} ${JOURNAL} >/run/cut; cat /run/cut >${JOURNAL}; rm /run/cut`)

/** How long the last lines of a text are. */
const lengthOfLast = (lines: number, text: string) =>
  text
    .split('\n')
    .slice(-1 - lines)
    .join('\n').length

describe.concurrent('a journal whose last lines were cut off', () => {
  test.each(STAGES)(
    'before %s: down leaves the machine as it was',
    async (_, stage) => {
      let length = 0
      await lanes.lend(subject, async (lane) => {
        length = lengthOfLast(2, await killedAt(lane, stage))
        expect(await lane.down(subject.plan, 'by the plan')).toBe('')
      })
      const cuts = Array.from({ length }, (_, i) => i + 1)
      const some = full ? cuts : shuffled(cuts, numbers(seed)).slice(0, SOME)
      expect(some.length).toBeGreaterThan(0)
      for (const [i, bytes] of some.entries()) {
        await lanes.lend(subject, async (lane) => {
          await killedAt(lane, stage)
          await cut(lane, bytes)
          const way = WAYS[i % WAYS.length] ?? 'by the plan'
          expect([bytes, await lane.down(subject.plan, way)]).toEqual([bytes, ''])
          await lane.expectAsBefore()
        })
      }
    },
    SLOW,
  )
})

test(
  'a journal that was begun: cut anywhere, and up goes on from it',
  async () => {
    const next = numbers(seed)
    for (let i = 0; i < (full ? 20 : 3); i += 1) {
      await lanes.lend(subject, async (lane) => {
        // before the first change of all, so that nothing of it has come to be
        const journal = await killedAt(lane, /^forward .*ipv4/)
        const bytes = 1 + Math.floor(next() * journal.length)
        await cut(lane, bytes)
        expect([bytes, (await lane.sdk.up(subject.plan)).error]).toEqual([bytes, undefined])
        expect(await lane.machine.ping('demo01', '10.0.2.2')).toBe('answers')
        expect([bytes, await lane.down(subject.plan, 'by its name')]).toEqual([bytes, ''])
        await lane.expectAsBefore()
      })
    }
  },
  SLOW,
)
