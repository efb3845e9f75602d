import * as z from 'zod'
import type { FilterRule } from '../state/firewall.js'
import { type Fields, type Kind, keys, type Lab } from './kind.js'
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
    except: fields.network.optional(),
    via: fields.device,
    call: fields.call,
  })

type Rule = Pick<MasqueradeResource, 'host' | 'family' | 'source' | 'except' | 'via'>

/** The claim that another call looks for, so that a network has the rule once. */
export const masqueradeKey = ({ host, family, source, except = '-', via }: Rule): string =>
  keys.other('masquerade', host, family, source, except, via)

/** In the words and the order of `iptables-save`, so that what is there can be compared. */
function words(r: MasqueradeResource, lab: Lab): readonly string[] {
  return [
    ...['-s', r.source],
    ...(r.except === undefined ? [] : ['-d', r.except]),
    ...['-o', r.via, '-m', 'comment', '--comment', lab.mark],
    ...['-j', r.except === undefined ? 'MASQUERADE' : 'ACCEPT'],
  ]
}

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
      what: `host ${r.host} masquerades ${r.source} by ${r.via} already`,
      value: r.source,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: `the plan has no host ${r.host}` },
  ],
  steps: (r, lab) => {
    const tool = r.family === 4 ? 'iptables' : 'ip6tables'
    const rule = ['POSTROUTING', ...words(r, lab)]
    return [
      {
        tool,
        // the exception is asked first, whenever it came
        args: ['-w', '5', '-t', 'nat', r.except === undefined ? '-A' : '-I', ...rule],
        seen: ['masquerade', tool, ...words(r, lab)],
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
    const rule: FilterRule = {
      number: 0,
      text: words(r, lab).join(' '),
      comment: lab.mark,
      parts: [
        { match: 'source', networks: [r.source] },
        ...(r.except === undefined
          ? []
          : [{ match: 'destination', networks: [r.except] } as const]),
        { match: 'out', links: [r.via] },
        { act: r.except === undefined ? 'masquerade' : 'accept' },
      ],
    }
    const place = r.except === undefined ? 'push' : 'unshift'
    draft.at(r.host).filters[r.family][place]({ table: 'nat', chain: 'POSTROUTING', rule })
  },
}
