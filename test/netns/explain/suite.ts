import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Case, check, titleOf } from './cases.js'
import { Lab, type Shape } from './lab.js'

/** A test for each case; all share a lab. */
export function suite(name: string, shape: Shape, cases: readonly Case[]): void {
  describe(name, () => {
    let lab: Lab
    beforeAll(async () => {
      lab = await Lab.open(shape)
    })
    afterAll(() => lab[Symbol.asyncDispose]())
    test.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_, one) => check(lab, one))
  })
}
