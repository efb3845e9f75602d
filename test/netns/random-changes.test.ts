import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from '../property/words.js'
import { ask, BACK_ENDS } from './back-ends.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'
import { type ChangingLab, change, planOf } from './random-changes.js'
import { sameState } from './same-state.js'

const runs = Number(process.env['NETLOOM_CHANGES'] ?? 4)

/** What a test compares: not the numbers of namespaces, nor processes. */
const state = async (machine: Machine) => sameState(await machine.digest('namespaces', 'processes'))

test.each(BACK_ENDS)(
  `${runs} changes by chance, %s: the same as the second plan alone, and nothing behind it`,
  async (back) => {
    await using machine = await Machine.open({ setup: DROP })
    const { call } = await ask(machine, back)
    await using sdk = machine.sdk()
    const holds = async ([before, after]: readonly [ChangingLab, ChangingLab]) => {
      const [a, b] = [planOf(before), planOf(after)]
      await sdk.status(b, call)
      const empty = await machine.digest()
      try {
        expect((await sdk.up(b, call)).error).toBeUndefined()
        const alone = await state(machine)
        expect((await sdk.down(b, call)).error).toBeUndefined()
        expect((await sdk.up(a, call)).error).toBeUndefined()
        expect((await sdk.up(b, call)).error).toBeUndefined()
        expect(await state(machine)).toBe(alone)
        const again = await sdk.up(b, call)
        expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
      } finally {
        expect((await sdk.down(b, call)).error).toBeUndefined()
        expect(await machine.digest()).toBe(empty)
      }
    }
    await fc.assert(fc.asyncProperty(change, holds), { seed, numRuns: runs, endOnFailure: true })
  },
  600_000,
)
