import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { median } from './table.js'

const root = join(import.meta.dirname, '..')

const node = (...args: readonly string[]) =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })

/** What plans cost at one size: medians by stage, in milliseconds, and `memory` in MiB. */
export interface PlanResult {
  readonly count: number
  readonly costs: Readonly<Record<string, number>>
}

/** Each round is a program of its own: nothing is compiled before it begins. */
export function planCosts(count: number, rounds: number): PlanResult {
  const samples = Array.from({ length: rounds }, () =>
    JSON.parse(node(join(import.meta.dirname, 'plan.mjs'), String(count))),
  ) as Record<string, number>[]
  const names = Object.keys(samples[0] ?? {})
  const of = (name: string) => median(samples.flatMap((sample) => sample[name] ?? []))
  return { count, costs: Object.fromEntries(names.map((name) => [name, of(name)])) }
}

/** How much longer Node.js runs where it loads the package as well, in milliseconds. */
export function importCost(type: 'module' | 'commonjs', rounds: number): number {
  const load = type === 'module' ? "await import('netloom')" : "require('netloom')"
  const time = (code: string) => {
    const start = performance.now()
    node(`--input-type=${type}`, '-e', code)
    return performance.now() - start
  }
  // in turn: what else the machine does befalls both
  const pairs = Array.from({ length: rounds }, () => [time(load), time('')] as const)
  return median(pairs.map(([loaded]) => loaded)) - median(pairs.map(([, empty]) => empty))
}
