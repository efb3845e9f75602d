import type { Running } from '../chain/running-types.js'
import type { Plan } from '../chain/types.js'
import { NetloomError } from '../errors.js'
import type { UpOptions } from '../run/types.js'
import { addToError, toldFacts } from './facts.js'

/** How a test's lab is brought up; it always is in a sandbox. */
export type LabOptions = Omit<UpOptions, 'sandbox' | 'undoOnExit'>

/** A lab for a test: nothing of the machine is touched, and labs of one name do not meet. */
export const openLab = <P extends string>(
  plan: Plan<P>,
  options: LabOptions,
): Promise<Running<P>> => plan.up({ ...options, sandbox: true })

/** A test's context, in the part that says when the runner gives the test up (node:test, vitest). */
function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args) {
    const signal = (arg as { signal?: unknown } | null | undefined)?.signal
    if (signal instanceof AbortSignal) return signal
  }
  return undefined
}

const either = (a: AbortSignal | undefined, b: AbortSignal | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : AbortSignal.any([a, b])

/**
 * Gives a test a lab of its own: it is up when the body begins, and gone behind it, whatever happens. Where the body
 * fails, the error has what the lab looked like.
 *
 * @returns a function to hand to `test` or `it`; what the runner calls it with follows the lab
 * @throws NetloomError as `up()` does, from the function
 * @example
 * test('they reach each other', withLab(plan, async (lab) => {
 *   await lab.ns('demo01').$`ping -c1 -W1 10.0.2.2`
 * }))
 */
export function withLab<P extends string, A extends readonly unknown[]>(
  plan: Plan<P>,
  body: (lab: Running<P>, ...args: A) => unknown,
  options: LabOptions = {},
): (...args: A) => Promise<void> {
  return async (...args) => {
    const signal = signalIn(args)
    const lab = await openLab(plan, { ...options, signal: either(options.signal, signal) })
    // a runner that has lost its patience leaves the body where it is, and so may the lab not stay
    const leave = () => void lab.down()
    signal?.addEventListener('abort', leave, { once: true })
    try {
      signal?.throwIfAborted()
      await body(lab, ...args)
    } catch (error) {
      if (signal?.aborted !== true) addToError(error, await toldFacts(plan as Plan, lab))
      throw error
    } finally {
      signal?.removeEventListener('abort', leave)
      await lab.down()
    }
  }
}

/** The hooks of a runner between which a lab is up: `before` and `after`, or `beforeEach` and `afterEach`. */
export interface LabHooks {
  readonly before: (hook: () => Promise<void>) => unknown
  readonly after: (hook: () => Promise<void>) => unknown
}

/**
 * A lab that is up between two hooks.
 *
 * @throws NetloomError `LAB_NOT_UP` where it is used outside of them
 * @example
 * const lab = useLab(plan, { before, after })
 * test('it answers', async () => {
 *   await lab.ns('demo01').$`ping -c1 -W1 10.0.2.2`
 * })
 */
export function useLab<P extends string>(
  plan: Plan<P>,
  hooks: LabHooks,
  options: LabOptions = {},
): Running<P> {
  let running: Running<P> | undefined
  const down = async () => {
    const lab = running
    running = undefined
    await lab?.down()
  }
  const up = (): Running<P> => {
    if (running !== undefined) return running
    throw new NetloomError('LAB_NOT_UP', 'the lab is up between its hooks only', {
      hint: 'Use it inside a test.',
    })
  }
  hooks.before(async () => {
    running = await openLab(plan, options)
  })
  hooks.after(down)
  return {
    ns: (name) => up().ns(name),
    host: (name) => up().host(name),
    explain: async (from, to, options) => up().explain(from, to, options),
    status: (more) => up().status(more),
    down,
    [Symbol.asyncDispose]: down,
  }
}
