import { NetloomError } from '../errors.js'
import { Line } from '../plan/line.js'
import { parsePlan } from '../plan/parse.js'
import type { Runner } from '../run/types.js'
import { Chain } from './chain.js'
import { findNamespace } from './host.js'
import type { HostPlan, Net, Plan } from './types.js'

function expectPlaces(line: Line, places: readonly string[]): void {
  const findings = places.flatMap((place) => {
    if (line.ledger.hosts.has(place)) return []
    try {
      findNamespace(line, place)
      return []
    } catch {
      return [{ path: place, message: 'the plan has no such host or namespace' }]
    }
  })
  if (findings.length > 0) throw new NetloomError('BAD_PLAN', 'the plan lacks places', { findings })
}

/** The beginning of plans that are run by `runner`. */
export function createNet(runner: Runner): Net {
  const parse = (text: string | object, expect?: { readonly places: readonly string[] }): Plan => {
    const line = new Line(parsePlan(text))
    if (expect !== undefined) expectPlaces(line, expect.places)
    return new Chain(runner, line) as unknown as Plan
  }
  const net = {
    host: (name = 'host', options?: object) =>
      new Chain(runner).host(name, options) as unknown as HostPlan,
    parse,
    safeParse: (text: string | object) => {
      try {
        return { success: true, plan: parse(text) }
      } catch (error) {
        if (error instanceof NetloomError) return { success: false, error }
        throw error
      }
    },
  }
  return Object.freeze(net) as unknown as Net
}
