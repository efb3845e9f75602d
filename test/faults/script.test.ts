import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { type Case, casesBy, nameOf, sample } from './cases.js'
import type { Lane } from './lane.js'
import { Lanes } from './lanes.js'
import { Script, type Signal } from './script.js'
import { full, seed } from './seed.js'

const SAMPLE = 56
const allCases = casesBy('the script')
/** Of each phase and fault one on some plans: of each plan it would be twice as many. */
const cases = full ? allCases : sample(allCases, SAMPLE, seed)
console.log(`faults of scripts: ${cases.length} of ${allCases.length}, NETLOOM_SEED=${seed}`)

const LIMIT = 180_000
const SIGNALS: readonly Signal[] = ['INT', 'TERM', 'HUP']

const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** A signal to a script whose command hangs. A down ignores the first: what hangs there is ended by a later one. */
const interrupt =
  (script: Script, { phase, k }: Case) =>
  async () => {
    const signal = SIGNALS[k % SIGNALS.length] ?? 'INT'
    await script.signal(signal)
    if (phase === 'up') return
    await wait(2_100)
    await script.signal(signal)
  }

/** Lets the fault strike, and looks at how the script ended. */
async function struck(lane: Lane, each: Case): Promise<void> {
  const { subject, phase, k, fault } = each
  const { striker } = lane
  const script = new Script(lane, subject.plan)
  if (phase === 'down') {
    await striker.at(0, 'fail', 'up', 'itself')
    expect(await script.run('up')).toMatchObject({ code: 0, stderr: '' })
  }
  await striker.at(k, fault, phase, 'itself')
  const { code, stderr } = await script.run(
    phase,
    fault === 'hang' ? interrupt(script, each) : undefined,
  )
  expect(await striker.fired(), 'the fault struck').not.toBe('')
  if (fault === 'fail') {
    // what fails in a down may have a second way, or be no part of what must go
    if (phase === 'up')
      expect([code, stderr]).toEqual([1, expect.stringContaining('what was done is undone')])
    else expect(code).toBeDefined()
  } else if (fault === 'hang') {
    const said = phase === 'up' ? 'interrupted' : 'it was ended in the middle'
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)])
  } else expect(code, 'the script was killed').toBeUndefined()
}

describe.concurrent('a fault at a command of a script, and down from elsewhere', () => {
  test.each(cases.map((each) => [nameOf(each), each] as const))(
    '%s',
    async (_, each) => {
      await lanes.lend(each.subject, async (lane) => {
        await struck(lane, each)
        // it has undone itself, and needs no down
        const undone = each.phase === 'up' && (each.fault === 'fail' || each.fault === 'hang')
        if (undone) await lane.expectAsBefore()
        await lane.renew()
        expect(await lane.down(each.subject.plan, each.way)).toBe('')
        await lane.expectAsBefore()
      })
    },
    LIMIT,
  )
})
