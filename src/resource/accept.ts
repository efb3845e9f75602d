import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import { iptablesWords } from '../state/iptables-words.js'
import engine from './accept.bash'
import { type Fields, type Kind, keys } from './kind.js'

/** A rule of the table `filter`, chain `FORWARD`, that lets one direction of one link pass. */
export interface AcceptResource {
  readonly kind: 'accept'
  readonly host: string
  readonly family: 4 | 6
  /**
   * `in`: to the namespace, out of its host end or bridge. `out`: from the namespace, in by it. `within`: from port to
   * port of a bridge, which with br_netfilter is asked of `FORWARD` as well.
   */
  readonly direction: 'in' | 'out' | 'within'
  readonly device: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('accept'),
    host: fields.place,
    family: z.union([z.literal(4), z.literal(6)]),
    direction: z.enum(['in', 'out', 'within']),
    device: fields.device,
    call: fields.call,
  })

const WORDS = {
  in: { preposition: 'to', why: 'what is for the namespace passes' },
  out: { preposition: 'from', why: 'what comes from it passes' },
  within: {
    preposition: 'within',
    why: 'what is switched passes: br_netfilter sends it through FORWARD',
  },
} as const

const partsOf = ({ direction, device }: AcceptResource): readonly RulePart[] => [
  ...(direction === 'in' ? [] : [{ match: 'in', links: [device] } as const]),
  ...(direction === 'out' ? [] : [{ match: 'out', links: [device] } as const]),
  { act: 'accept' },
]

/** The claim that another call looks for, so that a device has a rule once. */
export const acceptKey = (
  host: string,
  family: 4 | 6,
  direction: AcceptResource['direction'],
  device: string,
): string => keys.other('accept', host, family, direction, device)

export const accept: Kind<AcceptResource> = {
  schema,
  engine,
  describe: (r) =>
    `rule of ${r.host}: forward IPv${r.family} ${WORDS[r.direction].preposition} ${r.device}`,
  claims: (r) => [
    {
      key: acceptKey(r.host, r.family, r.direction, r.device),
      code: 'DUPLICATE_RULE',
      what: () => `host ${r.host} accepts IPv${r.family} ${r.direction} by ${r.device} already`,
      value: r.device,
    },
  ],
  needs: (r) => [
    {
      key: keys.device(r.host, r.device),
      code: 'MISSING_LINK',
      what: () => `host ${r.host} has no interface ${r.device} before it`,
    },
  ],
  steps: (r, lab) => {
    const tool = r.family === 4 ? 'iptables' : 'ip6tables'
    const words = iptablesWords(partsOf(r), lab.mark)
    return [
      {
        tool,
        args: ['-w', '5', '-t', 'filter', '-A', 'FORWARD', ...words],
        // the mark and the target are the same for all
        seen: ['accept', tool, ...words.slice(0, words.indexOf('-m'))],
        phase: 'forward',
        why: WORDS[r.direction].why,
        undo: { argv: [tool, '-w', '5', '-t', 'filter', '-D', 'FORWARD', ...words] },
      },
    ]
  },
  state: (r, draft, lab) => draft.rule(r.host, r.family, 'filter', 'FORWARD', partsOf(r), lab.mark),
}
