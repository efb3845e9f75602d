import { expect, type TestAPI, test } from 'vitest'
import type { Running } from '../chain/running-types.js'
import type { Plan } from '../chain/types.js'
import { toldFacts } from './facts.js'
import { type LabOptions, openLab } from './lab.js'
import { type ReachOptions, reachMatchers } from './reach.js'

/** How a lab is brought up, and for whom. */
export interface LabTestOptions extends LabOptions {
  /** One lab for each test, for all tests of a file, or for all that a worker runs; `test` where it is not given. */
  readonly scope?: 'test' | 'file' | 'worker' | undefined
}

declare module 'vitest' {
  interface Matchers<T> {
    /** Whether a packet comes from one place of a lab to another and back. */
    toReach(from: string, to: string, options?: ReachOptions): Promise<void>
  }
}

/** A test, in the part that says how it went. */
interface Task {
  readonly result?:
    | { readonly state: string; readonly errors?: { message: string }[] | undefined }
    | undefined
}

/** Behind a test that failed, its first error has what the lab looked like. */
async function report(plan: Plan, lab: Running, task: Task): Promise<void> {
  const [error] = task.result?.state === 'fail' ? (task.result.errors ?? []) : []
  if (error === undefined) return
  error.message += `\n\n${await toldFacts(plan, lab)}`
}

/**
 * vitest's `test` with a fixture `lab`: a running lab in a sandbox of its own, gone behind the test, the file or the
 * worker. `expect(lab).toReach(from, to)` is there with it.
 *
 * @throws NetloomError as `up()` does, from the test
 * @example
 * const test = labTest(plan)
 * test('they reach each other', async ({ lab }) => {
 *   await expect(lab).toReach('demo01', 'demo02')
 * })
 */
export function labTest<P extends string>(
  plan: Plan<P>,
  options: LabTestOptions = {},
): TestAPI<{ lab: Running<P> }> {
  expect.extend(reachMatchers)
  const { scope = 'test', ...more } = options
  const known = plan as Plan
  if (scope === 'test') {
    return test.extend<{ lab: Running<P> }>({
      lab: async ({ task }, use) => {
        await using lab = await openLab(plan, more)
        await use(lab)
        await report(known, lab, task)
      },
    })
  }
  return test.extend<{ lab: Running<P>; labReport: undefined }>({
    lab: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures this one needs
      async ({}, use) => {
        await using lab = await openLab(plan, more)
        await use(lab)
      },
      { scope },
    ],
    labReport: [
      async ({ lab, task }, use) => {
        await use(undefined)
        await report(known, lab, task)
      },
      { auto: true },
    ],
  })
}
