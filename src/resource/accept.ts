import * as z from 'zod'
import engine from './accept.bash'
import { type Fields, type Kind, keys } from './kind.js'

/** A rule of the table `filter`, chain `FORWARD`, that lets one direction of one link pass. */
export interface AcceptResource {
  readonly kind: 'accept'
  readonly host: string
  readonly family: 4 | 6
  /** `in`: to the namespace, out of its host end. `out`: from the namespace, in by its host end. */
  readonly direction: 'in' | 'out'
  readonly device: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('accept'),
    host: fields.place,
    family: z.union([z.literal(4), z.literal(6)]),
    direction: z.enum(['in', 'out']),
    device: fields.device,
    call: fields.call,
  })

export const accept: Kind<AcceptResource> = {
  schema,
  engine,
  describe: (r) =>
    `rule of ${r.host}: forward IPv${r.family} ${r.direction === 'in' ? 'to' : 'from'} ${r.device}`,
  claims: (r) => [
    {
      key: keys.other('accept', r.host, r.family, r.direction, r.device),
      code: 'DUPLICATE_RULE',
      what: `host ${r.host} accepts IPv${r.family} ${r.direction} by ${r.device} already`,
      value: r.device,
    },
  ],
  needs: (r) => [
    {
      key: keys.device(r.host, r.device),
      code: 'MISSING_LINK',
      what: `host ${r.host} has no interface ${r.device} before it`,
    },
  ],
  steps: (r, lab) => {
    const tool = r.family === 4 ? 'iptables' : 'ip6tables'
    const match = [r.direction === 'in' ? '-o' : '-i', r.device]
    const rule = ['FORWARD', ...match, '-m', 'comment', '--comment', lab.mark, '-j', 'ACCEPT']
    return [
      {
        tool,
        args: ['-w', '5', '-t', 'filter', '-A', ...rule],
        seen: ['accept', tool, ...match],
        phase: 'forward',
        why:
          r.direction === 'in' ? 'what is for the namespace passes' : 'what comes from it passes',
        undo: { argv: [tool, '-w', '5', '-t', 'filter', '-D', ...rule] },
      },
    ]
  },
  state: (r, draft, lab) => {
    const match = r.direction === 'in' ? 'out' : 'in'
    const words = [match === 'out' ? '-o' : '-i', r.device, '-m', 'comment', '--comment', lab.mark]
    draft.at(r.host).accepts[r.family].push({
      chain: 'FORWARD',
      rule: {
        number: 0,
        text: [...words, '-j', 'ACCEPT'].join(' '),
        comment: lab.mark,
        parts: [{ match, links: [r.device] }, { act: 'accept' }],
      },
    })
  },
}
