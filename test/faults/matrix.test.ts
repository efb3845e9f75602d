import { afterAll, describe, expect, test } from 'vitest'
import { type Case, casesBy, nameOf, sample } from './cases.js'
import type { Lane } from './lane.js'
import { Lanes } from './lanes.js'
import { full, seed } from './seed.js'

const SAMPLE = 160
const allCases = casesBy('the SDK')
const cases = full ? allCases : sample(allCases, SAMPLE, seed)
console.log(`faults: ${cases.length} of ${allCases.length} cases, NETLOOM_SEED=${seed}`)

/**
 * How long a command may take before it counts as hanging, in milliseconds. On a machine that is busy the first is
 * over before the run has come to the command that is to hang; then the next is tried.
 */
const PATIENCE = [300, 2_000, 10_000]

/** A case waits for a free machine, and the machine may be busy. */
const LIMIT = 180_000

const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** Lets the fault strike; gives the code of the error that the SDK rejected with, if it lived to do so. */
async function struck(lane: Lane, { subject, phase, k, fault }: Case, timeoutMs: number) {
  const { striker } = lane
  if (phase === 'down') expect((await lane.sdk.up(subject.plan)).error).toBeUndefined()
  await striker.at(k, fault, phase, lane.pid)
  const call = { PATH: striker.PATH, options: { timeoutMs } }
  const answer = await lane.orEnd(lane.sdk[phase](subject.plan, call))
  return { fired: await striker.fired(), answer }
}

/** The first patience with which the fault strikes, or the last. */
async function strike(lane: Lane, each: Case) {
  const patience = each.fault === 'hang' ? PATIENCE : PATIENCE.slice(-1)
  for (const timeoutMs of patience) {
    const outcome = await struck(lane, each, timeoutMs)
    if (outcome.fired !== '' || outcome.answer?.error?.code !== 'TIMEOUT') return outcome
    expect(await lane.down(each.subject.plan, 'by the plan')).toBe('')
  }
  return { fired: '', answer: undefined }
}

describe.concurrent('a fault at a command, and down from a new process', () => {
  test.each(cases.map((each) => [nameOf(each), each] as const))(
    '%s',
    async (_, each) => {
      await lanes.lend(each.subject, async (lane) => {
        const { fired, answer } = await strike(lane, each)
        expect(fired, 'the fault struck').not.toBe('')
        const killed = each.fault !== 'fail' && each.fault !== 'hang'
        expect(answer === undefined, 'the process of the SDK was killed').toBe(killed)
        if (each.fault === 'hang') expect(answer?.error?.code).toBe('TIMEOUT')
        if (each.phase === 'up' && each.fault === 'fail') {
          expect(answer?.error?.code).toBe('STEP_FAILED')
        }
        if (each.phase === 'up' && !killed) {
          // it has undone itself, and needs no down
          expect(answer?.error?.failure?.rollback?.failed).toEqual([])
          expect((await lane.machine.run('ls -d /run/netloom')).stdout).toBe('')
        }
        await lane.renew()
        expect(await lane.down(each.subject.plan, each.way)).toBe('')
        await lane.expectAsBefore()
      })
    },
    LIMIT,
  )
})
