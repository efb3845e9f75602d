import { produce } from 'immer'
import { vi } from 'vitest'
import type { walk } from '../../src/explain/walk.js'
import type { NetState } from '../../src/state/state.js'

type Walk = typeof walk
type Module = Record<string, unknown>

/** The model, made wrong on purpose. */
export interface Mutant {
  readonly name: string
  walk(): Promise<Walk>
}

/** A walk with one of its modules changed. */
async function withModule(path: string, change: (real: Module) => Module): Promise<Walk> {
  vi.resetModules()
  vi.doMock(path, async (original: () => Promise<Module>) => {
    const real = await original()
    return { ...real, ...change(real) }
  })
  try {
    return (await import('../../src/explain/walk.js')).walk
  } finally {
    vi.doUnmock(path)
    vi.resetModules()
  }
}

/** A walk over a changed state, where that comes to the same. */
async function over(change: (state: NetState) => NetState): Promise<Walk> {
  const real = (await import('../../src/explain/walk.js')).walk
  return (state, start) => real(change(state), start)
}

type Tracker = new () => {
  trackingOf(node: string, packet: object, direction: string): { state: string }
}
type InputRoute = (...words: unknown[]) => {
  readonly lookup: { readonly found: string }
  readonly refusals: readonly { readonly why: string }[]
}

export const mutants: readonly Mutant[] = [
  {
    name: 'every reply belongs to a connection',
    walk: () =>
      withModule('../../src/explain/sessions.js', ({ Sessions }) => ({
        Sessions: class extends (Sessions as Tracker) {
          override trackingOf(node: string, packet: object, direction: string) {
            const tracking = super.trackingOf(node, packet, direction)
            return direction === 'return' ? { ...tracking, state: 'established' } : tracking
          }
        },
      })),
  },
  {
    name: 'the policy drops no reply',
    walk: () =>
      withModule('../../src/explain/netfilter/pass.js', ({ pass }) => ({
        pass: (at: { tracking: { state: string; direction?: string } }) => {
          const found = (pass as (at: object) => { crossings: { isPolicy: boolean }[] })(at)
          if (at.tracking.state !== 'established') return found
          const crossings = found.crossings.filter(({ isPolicy }) => !isPolicy)
          return { ...found, crossings, outcome: 'accept' }
        },
      })),
  },
  {
    name: 'iptables-legacy is not looked at',
    walk: () =>
      over(
        produce((state) => {
          for (const node of state.nodes)
            node.tables = node.tables.filter(({ backend }) => backend !== 'iptables-legacy')
        }),
      ),
  },
  {
    name: 'of rp_filter only that of the link counts',
    walk: () =>
      over(
        produce((state) => {
          for (const { settings } of state.nodes) settings['net.ipv4.conf.all.rp_filter'] = '0'
        }),
      ),
  },
  {
    name: 'the type of a route is looked at before forwarding',
    walk: () =>
      withModule('../../src/explain/input.js', ({ inputRoute }) => ({
        inputRoute: (...words: unknown[]) => {
          const found = (inputRoute as InputRoute)(...words)
          if (found.lookup.found === 'route') return found
          return { ...found, refusals: found.refusals.filter(({ why }) => why === 'route') }
        },
      })),
  },
  {
    name: 'a rule that drops is not asked whether it matches',
    walk: () =>
      over(
        produce((state) => {
          for (const node of state.nodes)
            for (const { chains } of node.tables)
              for (const { rules } of chains)
                for (const rule of rules)
                  if (rule.parts.some((part) => 'act' in part && part.act === 'drop'))
                    rule.parts = rule.parts.filter((part) => 'act' in part)
        }),
      ),
  },
  {
    name: 'who has asked before is not known',
    walk: () =>
      withModule('../../src/explain/learned.js', () => ({
        Learned: class {
          learn() {}
          holder() {}
        },
      })),
  },
]
