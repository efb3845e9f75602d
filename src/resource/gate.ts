import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import { iptablesWords } from '../state/iptables-words.js'
import engine from './filter.bash'
import {
  builtIn,
  chainOf,
  FILTER_HOOKS,
  type FilterHook,
  type FilterPlace,
  filterStep,
  filterText,
  guardKey,
} from './filter-chain.js'
import { type Fields, type Kind, keys, type Lab } from './kind.js'

/** What comes or goes by a link of the lab is asked by the lab's filter on the host, before all others. */
export interface GateResource extends FilterPlace {
  readonly kind: 'gate'
  readonly host: string
  readonly namespace?: undefined
  readonly device: string
  /** A bridge: what goes from port to port of it is not for the host to filter. */
  readonly bridge?: true | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('gate'),
    host: fields.place,
    family: z.union([z.literal(4), z.literal(6)]),
    hook: z.enum(FILTER_HOOKS),
    device: fields.device,
    bridge: z.optional(z.literal(true)),
    call: fields.call,
  })

const SIDES: { readonly [H in FilterHook]: readonly ('in' | 'out')[] } = {
  input: ['in'],
  forward: ['in', 'out'],
  output: ['out'],
}

function callsOf(r: GateResource, lab: Lab): readonly (readonly RulePart[])[] {
  return SIDES[r.hook].map((side): readonly RulePart[] => {
    const links = [r.device]
    const other = side === 'in' ? 'out' : 'in'
    const through = r.bridge === true && r.hook === 'forward'
    return [
      { match: side, links },
      ...(through ? [{ match: other, links, not: true } as const] : []),
      { act: 'jump', chain: chainOf(r, lab) },
    ]
  })
}

export const gate: Kind<GateResource> = {
  schema,
  engine,
  describe: (r) => `${filterText(r)}, which ${r.device} is asked by`,
  claims: (r) => [
    {
      key: keys.other('gate', r.host, r.family, r.hook, r.device),
      code: 'DUPLICATE_RULE',
      what: () => `${filterText(r)} asks by ${r.device} already`,
      value: r.device,
    },
  ],
  needs: (r) => [
    {
      key: guardKey(r),
      code: 'MISSING_LINK',
      what: () => `host ${r.host} has no ${filterText(r)}`,
    },
    {
      key: keys.device(r.host, r.device),
      code: 'MISSING_LINK',
      what: () => `host ${r.host} has no interface ${r.device} before it`,
    },
  ],
  steps: (r, lab) =>
    callsOf(r, lab).map((parts) =>
      filterStep(
        r,
        '-I',
        [builtIn(r), ...iptablesWords(parts, lab.mark)],
        'what passes by this link asks the filter of the lab, before all others',
      ),
    ),
  state: (r, draft, lab) => {
    for (const parts of callsOf(r, lab)) {
      draft.rule(r.host, r.family, 'filter', builtIn(r), parts, lab.mark, 'first')
    }
  },
}
