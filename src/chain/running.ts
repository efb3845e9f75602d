import type { LiveExplainOptions } from '../explain/types.js'
import type { Runner } from '../run/runner.js'
import type { DownOptions, RunningLab, RunOptions } from '../run/types.js'
import type { Running } from './running-types.js'

/** A lab that is up, with the names that its plan's type knows. */
export function running(runner: Runner, lab: RunningLab): Running<never> {
  return {
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
}
