import * as z from 'zod/mini'
import { bare, type Family, familyOf } from '../ip/cidr.js'
import { isDefaultRoute } from '../ip/destination.js'
import type { RuleState } from '../state/state.js'
import { type Fields, type Kind, keys } from './kind.js'
import engine from './rule.bash'
import { isTable } from './table.js'

/** A rule of policy routing in a namespace: which packets ask which table. */
export interface RuleResource {
  readonly kind: 'rule'
  readonly host: string
  readonly namespace: string
  readonly family: Family
  readonly priority: number
  /** Networks. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly fwmark?: number | undefined
  /** The interface by which packets come in; `lo`: those that the namespace sends. */
  readonly iif?: string | undefined
  readonly table: number
  readonly call: string
}

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('rule'),
      host: fields.place,
      namespace: fields.place,
      family: z.union([z.literal(4), z.literal(6)]),
      priority: z.int().check(z.gte(1), z.lte(0xffff_ffff)),
      from: z.optional(fields.network),
      to: z.optional(fields.network),
      fwmark: z.optional(z.int().check(z.gte(1), z.lte(0xffff_ffff))),
      iif: z.optional(z.union([z.literal('lo'), fields.device])),
      table: z.int().check(z.lte(0xffff_ffff), z.refine(isTable, 'is no table for routes')),
      call: fields.call,
    })
    .check(
      z.superRefine((r, context) => {
        for (const path of ['from', 'to'] as const) {
          const network = r[path]
          if (network === undefined || familyOf(network) === r.family) continue
          context.addIssue({
            code: 'custom',
            path: [path],
            message: 'is not of the family of the rule',
          })
        }
      }),
    )

/** What the rule asks of a packet, in the words of `ip rule show`: a network of all addresses asks nothing. */
function selector(r: RuleResource): readonly string[] {
  const [from, to] = [r.from, r.to].map((text) =>
    text === undefined || isDefaultRoute(text) ? undefined : bare(text),
  )
  return [
    ...['from', from ?? 'all'],
    ...(to === undefined ? [] : ['to', to]),
    ...(r.fwmark === undefined ? [] : ['fwmark', `0x${r.fwmark.toString(16)}`]),
    ...(r.iif === undefined ? [] : ['iif', r.iif]),
  ]
}

const words = (r: RuleResource): readonly string[] => [
  ...['priority', String(r.priority), ...selector(r)],
  ...['table', String(r.table)],
]

export const rule: Kind<RuleResource> = {
  schema,
  engine,
  describe: (r) =>
    `routing rule of ${r.host}/${r.namespace}: IPv${r.family} ${selector(r).join(' ')} to table ${r.table}`,
  claims: (r) => [
    {
      key: keys.other('rule', r.host, r.namespace, r.family, r.priority, ...selector(r)),
      code: 'DUPLICATE_RULE',
      what: () =>
        `namespace ${r.host}/${r.namespace} has this rule with the priority ${r.priority} already`,
      value: String(r.priority),
    },
  ],
  needs: (r) => {
    const place = `${r.host}/${r.namespace}`
    const namespace = {
      key: keys.namespace(r.host, r.namespace),
      code: 'UNKNOWN_NAME',
      what: () => `the plan has no namespace ${place} before it`,
    } as const
    if (r.iif === undefined || r.iif === 'lo') return [namespace]
    const what = () => `namespace ${place} has no interface ${r.iif} before it`
    return [namespace, { key: keys.device(place, r.iif), code: 'MISSING_LINK', what }]
  },
  steps: (r) => [
    {
      tool: 'ip',
      namespace: r.namespace,
      // without an address that tells it, the command is one of IPv4
      family: r.family === 6 ? 6 : undefined,
      args: ['rule', 'add', ...words(r)],
      seen: [
        ...['rule', r.namespace, String(r.family), String(r.priority)],
        ...[...selector(r), 'lookup', String(r.table)],
      ],
      phase: 'configure',
      ties: {
        back: { args: ['rule', 'del', ...words(r)] },
        // of one priority the older one is asked first
        list: `rules ${r.namespace} ${r.family} ${r.priority}`,
      },
      why: 'these packets ask a table of their own',
      undo: { with: `namespace ${r.namespace}` },
    },
  ],
  state: (r, draft) => {
    const { family, priority, from, to, iif, table, fwmark: mark } = r
    const asks: RuleState = { family, priority, from, to, iif, mark, action: 'table', table }
    draft.at(`${r.host}/${r.namespace}`).rules.push(asks)
  },
}
