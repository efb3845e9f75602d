import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import { iptablesWords } from '../state/iptables-words.js'
import { type Fields, type Kind, keys } from './kind.js'
import engine from './masquerade.bash'

/** What leaves a host for elsewhere bears the host's address, or, towards another part of the lab, keeps its own. */
export interface MasqueradeResource {
  readonly kind: 'masquerade'
  readonly host: string
  readonly family: 4 | 6
  /** The network of the namespaces. */
  readonly source: string
  /** A network of the lab on another host: what goes there keeps its source. */
  readonly except?: string | undefined
  /** The interface of the host by which it leaves. */
  readonly via: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('masquerade'),
    host: fields.place,
    family: z.union([z.literal(4), z.literal(6)]),
    source: fields.network,
    except: z.optional(fields.network),
    via: fields.device,
    call: fields.call,
  })

type Rule = Pick<MasqueradeResource, 'host' | 'family' | 'source' | 'except' | 'via'>

/** The claim that another call looks for, so that a network has the rule once. */
export const masqueradeKey = ({ host, family, source, except = '-', via }: Rule): string =>
  keys.other('masquerade', host, family, source, except, via)

const partsOf = ({ source, except, via }: MasqueradeResource): readonly RulePart[] => [
  { match: 'source', networks: [source] },
  ...(except === undefined ? [] : [{ match: 'destination', networks: [except] } as const]),
  { match: 'out', links: [via] },
  { act: except === undefined ? 'masquerade' : 'accept' },
]

export const masquerade: Kind<MasqueradeResource> = {
  schema,
  engine,
  describe: (r) => {
    const to = r.except === undefined ? '' : ` to ${r.except}, which keeps its source,`
    return `masquerade of ${r.host}: ${r.source}${to} by ${r.via}`
  },
  claims: (r) => [
    {
      key: masqueradeKey(r),
      code: 'DUPLICATE_RULE',
      what: () => `host ${r.host} masquerades ${r.source} by ${r.via} already`,
      value: r.source,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: () => `the plan has no host ${r.host}` },
  ],
  steps: (r, lab) => {
    const tool = r.family === 4 ? 'iptables' : 'ip6tables'
    const words = iptablesWords(partsOf(r), lab.mark)
    const rule = ['POSTROUTING', ...words]
    return [
      {
        tool,
        // the exception is asked first, whenever it came
        args: ['-w', '5', '-t', 'nat', r.except === undefined ? '-A' : '-I', ...rule],
        seen: ['masquerade', tool, ...words],
        phase: 'forward',
        why:
          r.except === undefined
            ? 'what leaves bears the address of the host, to which replies find back'
            : 'a part of the lab: it sees the namespaces by their own addresses',
        undo: { argv: [tool, '-w', '5', '-t', 'nat', '-D', ...rule] },
      },
    ]
  },
  state: (r, draft, lab) => {
    const place = r.except === undefined ? 'last' : 'first'
    draft.rule(r.host, r.family, 'nat', 'POSTROUTING', partsOf(r), lab.mark, place)
  },
}
