import { NetloomError, shown } from '../errors.js'
import type { LiveExplainOptions } from '../explain/types.js'
import type { Runner } from '../run/runner.js'
import type { DownOptions, RunningLab, RunOptions } from '../run/types.js'
import type { Running } from './running-types.js'

/** What stands behind the labs that were given. */
const labs = new WeakMap<object, RunningLab>()

/**
 * The lab that `up` gave.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function labOf(given: object | undefined): RunningLab | undefined {
  if (given === undefined) return undefined
  const lab = labs.get(given)
  if (lab !== undefined) return lab
  throw new NetloomError('BAD_ARGUMENT', `into takes a lab that up() gave, not ${shown(given)}`, {
    value: given,
    hint: 'const running = await plan.up(); await next.up({ into: running })',
  })
}

/** A lab that is up, with the names that its plan's type knows. */
export function running(runner: Runner, lab: RunningLab): Running<never> {
  const face: Running<never> = {
    ns: (name: string) => lab.ns(name),
    host: (name: string) => ({
      ...lab.host(name),
      ns: (inner: string) => lab.ns(`${name}/${inner}`),
    }),
    explain: (from: string, to: string, options?: LiveExplainOptions) =>
      runner.explain(lab, from, to, options),
    status: (options?: RunOptions) => lab.status(options),
    down: (options?: DownOptions) => lab.down(options),
    [Symbol.asyncDispose]: () => lab.down(),
  }
  labs.set(face, lab)
  return face
}
