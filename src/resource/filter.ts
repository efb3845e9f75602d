import * as z from 'zod/mini'
import { familyOf } from '../ip/cidr.js'
import type { RulePart } from '../state/firewall.js'
import engine from './filter.bash'
import {
  type FilterPlace,
  filterFields,
  filterText,
  guardKey,
  ruleStep,
  rulesChainOf,
} from './filter-chain.js'
import { type Fields, type Kind, keys, placeOf } from './kind.js'

/** One rule of the packet filter of a namespace or a host: what it matches passes, or is dropped. The first that matches decides. */
export interface FilterResource extends FilterPlace {
  readonly kind: 'filter'
  readonly verdict: 'allow' | 'deny'
  /** The network of the source, of any where it is not given. */
  readonly from?: string | undefined
  /** That of the destination. */
  readonly to?: string | undefined
  /** `icmp` is that of the family. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | undefined
  /** The port of the destination, or the first of several; all where it is not given. */
  readonly port?: number | undefined
  /** The last one, where there are several. */
  readonly last?: number | undefined
  readonly call: string
}

const isOfOneFamily = ({ family, from, to }: Pick<FilterResource, 'family' | 'from' | 'to'>) =>
  [from, to].every((text) => text === undefined || familyOf(text) === family)

const isPorts = ({ protocol, port, last }: Pick<FilterResource, 'protocol' | 'port' | 'last'>) =>
  port === undefined
    ? last === undefined
    : (protocol === 'tcp' || protocol === 'udp') && (last === undefined || last > port)

const schema = (fields: Fields) => {
  const port = z.int().check(z.gte(1), z.lte(65_535))
  return z
    .strictObject({
      kind: z.literal('filter'),
      ...filterFields(fields),
      verdict: z.enum(['allow', 'deny']),
      from: z.optional(fields.network),
      to: z.optional(fields.network),
      protocol: z.optional(z.enum(['tcp', 'udp', 'icmp'])),
      port: z.optional(port),
      last: z.optional(port),
      call: fields.call,
    })
    .check(
      z.refine(isOfOneFamily, 'has networks of another family'),
      z.refine(
        isPorts,
        'has ports that are none of TCP or UDP, or a range that ends before it begins',
      ),
    )
}

/** What it asks for, in words: `tcp port 80 from 10.0.1.2/32`. */
function matchText({ protocol, port, last, from, to }: FilterResource): string {
  const ports = port === undefined ? '' : ` port ${port}${last === undefined ? '' : `-${last}`}`
  return [
    `${protocol ?? 'all'}${ports}`,
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
  ].join(' ')
}

function partsOf(r: FilterResource): readonly RulePart[] {
  const { family, from, to, protocol, port, last = port } = r
  const name = protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : protocol
  return [
    ...(from === undefined ? [] : [{ match: 'source', networks: [from] } as const]),
    ...(to === undefined ? [] : [{ match: 'destination', networks: [to] } as const]),
    ...(name === undefined ? [] : [{ match: 'protocol', protocols: [name] } as const]),
    ...(port === undefined || last === undefined
      ? []
      : [{ match: 'destinationPort', ports: [[port, last]] } as const]),
    { act: r.verdict === 'allow' ? 'accept' : 'drop' },
  ]
}

export const filter: Kind<FilterResource> = {
  schema,
  engine,
  describe: (r) => `${filterText(r)}: ${r.verdict} ${matchText(r)}`,
  claims: (r) => [
    {
      key: keys.other('filter', placeOf(r), r.family, r.hook, matchText(r)),
      code: 'DUPLICATE_RULE',
      what: () => `the ${filterText(r)} decides ${matchText(r)} already`,
      value: r.call,
    },
  ],
  needs: (r) => [
    { key: guardKey(r), code: 'MISSING_LINK', what: () => `${placeOf(r)} has no ${filterText(r)}` },
  ],
  steps: (r, lab) => [
    ruleStep(
      r,
      lab,
      rulesChainOf(r, lab),
      partsOf(r),
      r.verdict === 'allow' ? 'this passes' : 'this does not pass',
    ),
  ],
  state: (r, draft, lab) =>
    draft.rule(placeOf(r), r.family, 'filter', rulesChainOf(r, lab), partsOf(r), lab.mark),
}
