import * as z from 'zod/mini'
import type { StepDraft } from '../step/step.js'
import { tie } from '../step/ties.js'
import { type Fields, type Kind, keys, type Lab, placeOf } from './kind.js'
import { DEFAULT_MTU, macFor, propertyWords } from './link-properties.js'
import engine from './veth.bash'

/** A veth pair: one end on the host, its peer in the namespace. */
export interface VethResource {
  readonly kind: 'veth'
  readonly host: string
  readonly namespace: string
  readonly hostEnd: string
  readonly nsEnd: string
  /** Of both ends: a longer frame than the other end takes is lost without a word. */
  readonly mtu?: number | undefined
  readonly txQueueLen?: number | undefined
  readonly hostMac?: string | undefined
  /** Of the end in the namespace. */
  readonly mac?: string | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('veth'),
    host: fields.place,
    namespace: fields.place,
    hostEnd: fields.device,
    nsEnd: fields.device,
    mtu: z.optional(fields.mtu),
    txQueueLen: z.optional(fields.txQueueLen),
    hostMac: z.optional(fields.mac),
    mac: z.optional(fields.mac),
    call: fields.call,
  })

const hostMac = (r: VethResource, lab: Lab) => r.hostMac ?? macFor(lab, r.host, r.hostEnd)
const nsMac = (r: VethResource, lab: Lab) => r.mac ?? macFor(lab, placeOf(r), r.nsEnd)

function up(r: VethResource, namespace: string | undefined, device: string): StepDraft {
  return {
    tool: 'ip',
    namespace,
    args: ['link', 'set', 'dev', device, 'up'],
    seen: ['up', namespace ?? '-', device],
    phase: 'configure',
    device: namespace === undefined ? device : undefined,
    ties: { on: [tie.link(namespace, device)] },
    why: namespace === undefined ? 'the end on the host up' : 'the end inside up',
    undo: { with: `link ${r.hostEnd}` },
  }
}

export const veth: Kind<VethResource> = {
  schema,
  engine,
  describe: (r) => `veth pair ${r.hostEnd} <-> ${r.host}/${r.namespace} ${r.nsEnd}`,
  claims: (r) => [
    {
      key: keys.device(r.host, r.hostEnd),
      code: 'DUPLICATE_NAME',
      what: () => `host ${r.host} has an interface ${r.hostEnd} already`,
      value: r.hostEnd,
    },
    {
      key: keys.device(placeOf(r), r.nsEnd),
      code: 'DUPLICATE_NAME',
      what: () => `namespace ${placeOf(r)} has an interface ${r.nsEnd} already`,
      value: r.nsEnd,
    },
    {
      key: keys.hostEnd(r.host, r.hostEnd),
      code: 'DUPLICATE_NAME',
      what: () => '',
      value: r.hostEnd,
    },
  ],
  needs: (r) => [
    {
      key: keys.namespace(r.host, r.namespace),
      code: 'UNKNOWN_NAME',
      what: () => `the plan has no namespace ${placeOf(r)} before it`,
    },
  ],
  ends: (r) => [
    { place: r.host, device: r.hostEnd, mtu: r.mtu },
    { place: placeOf(r), device: r.nsEnd, mtu: r.mtu },
  ],
  steps: (r, lab) => {
    const [outer, inner] = [hostMac(r, lab), nsMac(r, lab)]
    const pair: StepDraft = {
      tool: 'ip',
      // Both ends are made where they belong, with their MACs: a move would drop addresses, and
      // udev would change what came later.
      args: [
        ...['link', 'add', 'dev', r.hostEnd, 'address', outer, ...propertyWords(r)],
        ...['group', String(lab.group), 'type', 'veth', 'peer', 'name', r.nsEnd],
        ...['address', inner, ...propertyWords(r), 'netns', r.namespace],
      ],
      seen: [
        ...['veth', r.hostEnd, r.namespace, r.nsEnd],
        ...[outer, inner, String(r.mtu ?? DEFAULT_MTU)],
      ],
      phase: 'create',
      into: r.namespace,
      device: r.hostEnd,
      ties: {
        makes: [tie.link(undefined, r.hostEnd), tie.link(r.namespace, r.nsEnd)],
        on: [tie.namespace(r.namespace)],
      },
      why: 'a veth pair, the inner end created in place',
      undo: { argv: ['ip', 'link', 'del', 'dev', r.hostEnd] },
    }
    return [pair, up(r, undefined, r.hostEnd), up(r, r.namespace, r.nsEnd)]
  },
  state: (r, draft, lab) => {
    const inner = placeOf(r)
    const common = { kind: 'veth', up: true, mtu: r.mtu ?? DEFAULT_MTU }
    const outer = hostMac(r, lab)
    const peer = { node: inner, link: r.nsEnd }
    draft.link(r.host, { ...common, name: r.hostEnd, mac: outer, group: lab.group, peer })
    const back = { node: r.host, link: r.hostEnd }
    draft.link(inner, { ...common, name: r.nsEnd, mac: nsMac(r, lab), peer: back })
  },
  draw: (r, drawing) => {
    drawing.link({ place: r.host, device: r.hostEnd }, { place: placeOf(r), device: r.nsEnd })
  },
}
