import { afterAll, describe, expect, test } from 'vitest'
import type { Program } from './cases.js'
import { type Lane, WAYS } from './lane.js'
import { Lanes } from './lanes.js'
import { Script } from './script.js'
import { full, numbers, seed, shuffled } from './seed.js'
import type { FaultKind } from './strike.js'
import { type Subject, subjectOf } from './subjects.js'

const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

const KILLS: readonly FaultKind[] = ['before', 'during', 'after']

/** An up by the one is killed at its k-th command; the other one completes it. */
interface Mixed {
  readonly subject: Subject
  readonly killed: Program
  readonly k: number
  readonly fault: FaultKind
}

/** Of each plan and program so many. */
const EACH = 2

const next = numbers(seed)

/** All of a plan and a program, or some. */
function mixed(subject: Subject, killed: Program): Mixed[] {
  const { up } = killed === 'the SDK' ? subject.commands : subject.ofScript
  const all = Array.from({ length: up }, (_, i): Mixed => {
    return { subject, killed, k: i + 1, fault: KILLS[i % KILLS.length] ?? 'during' }
  })
  return full ? all : shuffled(all, next).slice(0, EACH)
}

const cases = ['S2', 'blocks', 'filters', 'example 13']
  .map(subjectOf)
  .flatMap((subject) => [...mixed(subject, 'the SDK'), ...mixed(subject, 'the script')])
console.log(`faults, mixed: ${cases.length} cases, NETLOOM_SEED=${seed}`)

async function kill(lane: Lane, { subject, killed, k, fault }: Mixed): Promise<void> {
  const { striker, sdk } = lane
  if (killed === 'the script') {
    await striker.at(k, fault, 'up', 'itself')
    expect((await new Script(lane, subject.plan).run('up')).code).toBeUndefined()
  } else {
    await striker.at(k, fault, 'up', lane.pid)
    expect(await lane.orEnd(sdk.up(subject.plan, { PATH: striker.PATH }))).toBeUndefined()
    await lane.renew()
  }
  expect(await striker.fired(), 'the fault struck').not.toBe('')
}

describe.concurrent('an up that was killed is completed by the other program', () => {
  test.each(
    cases.map((each) => {
      const { subject, killed, k, fault } = each
      return [`${subject.name}, by ${killed}, killed ${fault} command ${k}`, each] as const
    }),
  )(
    '%s',
    async (_, each) => {
      await lanes.lend(each.subject, async (lane) => {
        const { plan } = each.subject
        await kill(lane, each)
        if (each.killed === 'the script') {
          expect((await lane.sdk.up(plan)).error).toBeUndefined()
        } else {
          await lane.striker.at(0, 'fail', 'up', 'itself')
          expect(await new Script(lane, plan).run('up')).toMatchObject({ code: 0, stderr: '' })
        }
        const { value = [] } = await lane.sdk.status(plan)
        expect(value.length).toBeGreaterThan(0)
        expect(value.filter(({ state }) => state !== 'present')).toEqual([])
        expect(await lane.down(plan, WAYS[each.k % WAYS.length] ?? 'by the plan')).toBe('')
        await lane.expectAsBefore()
      })
    },
    180_000,
  )
})
