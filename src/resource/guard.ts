import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import engine from './filter.bash'
import {
  chainOf,
  type FilterPlace,
  filterFields,
  filterStep,
  filterText,
  guardKey,
  ruleStep,
  rulesChainOf,
} from './filter-chain.js'
import { type Fields, type Kind, keys, type Lab, placeOf } from './kind.js'

/** What every packet filter of a lab has first, so that no rule behind it cuts what a network cannot do without. */
export interface GuardResource extends FilterPlace {
  readonly kind: 'guard'
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('guard'),
    ...filterFields(fields),
    call: fields.call,
  })

/** Errors of ICMPv6 that a sender must learn of: unreachable, packet too big, time exceeded, parameter problem (RFC 4890, 4.3.1). */
const ERRORS = [1, 2, 3, 4]
/** What a link needs: multicast groups (RFC 2710, RFC 3810), routers and neighbours (RFC 4861), which are never forwarded. */
const ON_LINK = [130, 131, 132, 133, 134, 135, 136, 143]

const icmpv6 = (type: number): readonly RulePart[] => [
  { match: 'protocol', protocols: ['ipv6-icmp'] },
  { match: 'icmpType', types: [[type, type]] },
]

/** `fragmentation needed`, by which a sender learns of a smaller MTU (RFC 1191). */
const TOO_BIG: readonly RulePart[] = [
  { match: 'protocol', protocols: ['icmp'] },
  { match: 'icmpType', types: [[3, 3]] },
  { match: 'icmpCode', types: [[4, 4]] },
]

interface Rule {
  readonly chain: string
  readonly parts: readonly RulePart[]
  readonly why: string
}

function rulesOf(r: GuardResource, lab: Lab): readonly Rule[] {
  const chain = chainOf(r, lab)
  const pass = (parts: readonly RulePart[], why: string): Rule => ({
    chain,
    parts: [...parts, { act: 'accept' }],
    why,
  })
  const known = pass(
    [{ match: 'state', states: ['related', 'established'] }],
    'replies pass, and errors that belong to a flow',
  )
  const itself =
    r.namespace === undefined || r.hook === 'forward'
      ? []
      : [
          pass(
            [{ match: r.hook === 'input' ? 'in' : 'out', links: ['lo'] }],
            'a namespace always speaks with itself',
          ),
        ]
  const types = r.hook === 'forward' ? ERRORS : [...ERRORS, ...ON_LINK]
  const needed =
    r.family === 4
      ? [pass(TOO_BIG, 'who sends too much must learn of the smaller MTU')]
      : types.map((type) => pass(icmpv6(type), 'IPv6 does not work without it'))
  return [known, ...itself, ...needed, ...onHost(r, lab)]
}

/** On a host: the rules of the lab, which are called, and what they do not decide of published ports. */
function onHost(r: GuardResource, lab: Lab): readonly Rule[] {
  if (r.namespace !== undefined) return []
  const chain = chainOf(r, lab)
  const calls: Rule = {
    chain,
    parts: [{ act: 'jump', chain: rulesChainOf(r, lab) }],
    why: 'then the rules of the lab are asked',
  }
  if (r.hook !== 'forward') return [calls]
  const published: Rule = {
    chain,
    parts: [{ match: 'state', states: ['dnat'] }, { act: 'return' }],
    why: 'what is published is no matter of the policy',
  }
  return [calls, published]
}

const ownChains = (r: GuardResource, lab: Lab): readonly string[] =>
  r.namespace === undefined ? [chainOf(r, lab), rulesChainOf(r, lab)] : []

export const guard: Kind<GuardResource> = {
  schema,
  engine,
  describe: (r) => `what passes first: ${filterText(r)}`,
  claims: (r) => [
    {
      key: guardKey(r),
      code: 'DUPLICATE_RULE',
      what: () => `${placeOf(r)} has a filter for IPv${r.family} ${r.hook} already`,
      value: r.hook,
    },
  ],
  needs: (r) => [
    r.namespace === undefined
      ? {
          key: keys.host(r.host),
          code: 'UNKNOWN_NAME',
          what: () => `the plan has no host ${r.host}`,
        }
      : {
          key: keys.namespace(r.host, r.namespace),
          code: 'UNKNOWN_NAME',
          what: () => `the plan has no namespace ${placeOf(r)} before it`,
        },
  ],
  steps: (r, lab) => {
    const own = ownChains(r, lab).map((chain) =>
      filterStep(r, '-N', [chain], 'a chain of the lab alone'),
    )
    const rules = rulesOf(r, lab).map(({ chain, parts, why }) =>
      ruleStep(r, lab, chain, parts, why),
    )
    return [...own, ...rules]
  },
  state: (r, draft, lab) => {
    for (const chain of ownChains(r, lab)) draft.chain(placeOf(r), r.family, chain)
    for (const { chain, parts } of rulesOf(r, lab)) {
      draft.rule(placeOf(r), r.family, 'filter', chain, parts, lab.mark)
    }
  },
}
