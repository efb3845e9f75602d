import { firstLine, NetloomError } from '../errors.js'
import { checkOptions } from '../options.js'
import { Line } from '../plan/line.js'
import { parsePlan } from '../plan/parse.js'
import type { Runner } from '../run/runner.js'
import type { DownOptions, RunOptions } from '../run/types.js'
import type { PoolOptions } from './call-options.js'
import { Chain } from './chain.js'
import { findNamespace } from './host.js'
import type { Net } from './net-types.js'
import { parseOptions } from './options.js'
import { readPools } from './pool.js'
import type { HostPlan, Plan } from './types.js'

function expectPlaces(line: Line, places: readonly string[]): void {
  const findings = places.flatMap((place) => {
    if (line.ledger.hosts.has(place)) return []
    try {
      findNamespace(line, place)
      return []
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      const absent = line.ledger.hostsOf(place).length === 0
      const message = absent ? 'the plan has no such host or namespace' : firstLine(error)
      return [{ path: place, message }]
    }
  })
  if (findings.length === 0) return
  throw new NetloomError('BAD_PLAN', 'the plan lacks places', {
    value: places,
    findings,
    hint: 'It is not the plan that is meant, or its names were changed.',
  })
}

/** The beginning of plans that are run by `runner`. */
export function createNet(runner: Runner): Net {
  const parse = (text: string | object, expect?: { readonly places: readonly string[] }): Plan => {
    const line = new Line(parsePlan(text))
    if (expect !== undefined) {
      expectPlaces(line, checkOptions('parse()', parseOptions, expect).places)
    }
    return new Chain(runner, line) as unknown as Plan
  }
  const net = {
    host: (name = 'host', options?: object) =>
      new Chain(runner).host(name, options) as unknown as HostPlan,
    pool: (pool: string | readonly string[], options?: PoolOptions) => {
      const line = new Line()
      for (const spec of readPools(pool, options)) line.add({ pool: spec })
      const start = new Chain(runner, line)
      return Object.freeze({
        host: (name = 'host', more?: object) => start.host(name, more) as unknown as HostPlan,
      })
    },
    parse,
    safeParse: (text: string | object) => {
      try {
        return { success: true, plan: parse(text) }
      } catch (error) {
        if (error instanceof NetloomError) return { success: false, error }
        throw error
      }
    },
    list: async (options: RunOptions = {}) => runner.list(options),
    down: async (name: string, options: DownOptions = {}) => runner.downByName(name, options),
    downAll: async (options: DownOptions = {}) => runner.downAll(options),
    gc: async (keep: readonly string[], options: DownOptions = {}) => runner.gc(keep, options),
  }
  return Object.freeze(net) as unknown as Net
}
