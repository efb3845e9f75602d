import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Case, check, titleOf } from './cases.js'
import { Lab, type Shape } from './lab.js'

/** Half of the time a case waits for an answer that does not come: meanwhile another one has the processor. */
const LABS = 2

/** A test for each case; all share a few labs. */
export function suite(name: string, shape: Shape, cases: readonly Case[]): void {
  describe.concurrent(name, () => {
    const labs: Lab[] = []
    const free: Lab[] = []
    const waiting: ((lab: Lab) => void)[] = []
    beforeAll(async () => {
      const all = Array.from({ length: LABS }, () => Lab.open(shape))
      for (const lab of await Promise.all(all)) {
        labs.push(lab)
        free.push(lab)
      }
    })
    afterAll(() => Promise.all(labs.map((lab) => lab[Symbol.asyncDispose]())))

    const borrow = () => free.pop() ?? new Promise<Lab>((resolve) => void waiting.push(resolve))
    const giveBack = (lab: Lab) => {
      const next = waiting.shift()
      if (next === undefined) free.push(lab)
      else next(lab)
    }
    test.each(cases.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
      const lab = await borrow()
      try {
        await check(lab, one)
      } finally {
        giveBack(lab)
      }
    })
  })
}
