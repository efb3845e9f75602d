import { lineOf } from './answer.js'
import type { Outcome } from './run.js'
import type { Case } from './types.js'

export const nameOf = ({ shape, flow, faults }: Case): string => {
  const what = faults.length === 0 ? 'nothing wrong' : faults.map(({ name }) => name).join('; ')
  return `${shape.name}, ${flow.from} to ${flow.destination}: ${what}`
}

/** All that is needed to see it again by hand. */
export function shown(outcome: Outcome): string {
  const { case: asked, flow, kernel, problems } = outcome
  const commands = asked.faults.flatMap((fault) => fault.commands)
  const { direction = '', fits = [] } = kernel
  return [
    nameOf(asked),
    `  packet: ${JSON.stringify(flow)}`,
    ...commands.map(({ node, text }) => `  ${node}: ${text.replaceAll('\n', '\n    ')}`),
    `  static: ${lineOf(outcome.static)}`,
    `  live:   ${lineOf(outcome.live)}`,
    `  kernel: ${kernel.outcome} ${direction} ${fits.join(' or ')}`,
    ...kernel.evidence.map((text) => `    ${text}`),
    `  ${problems.join('; ')}`,
  ].join('\n')
}

/** How often each cause was the first, by direction. */
export function distribution(outcomes: readonly Outcome[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { live } of outcomes) {
    const { loss, reachability } = live
    const key = loss === undefined ? reachability : `${loss.code} ${loss.direction}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a))
}
