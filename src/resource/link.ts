import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import type { StepDraft } from '../step/step.js'
import { tie } from '../step/ties.js'
import { type Fields, type Kind, keys, type Lab, placeOf } from './kind.js'
import engine from './link.bash'
import { DEFAULT_MTU, macFor, propertyWords } from './link-properties.js'

/** A veth pair between two namespaces of one host. */
export interface LinkResource {
  readonly kind: 'link'
  readonly host: string
  readonly namespace: string
  readonly device: string
  /** The other namespace, and the end there. */
  readonly peer: string
  readonly peerDevice: string
  /** Of both ends. */
  readonly mtu?: number | undefined
  readonly txQueueLen?: number | undefined
  readonly mac?: string | undefined
  readonly peerMac?: string | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('link'),
    host: fields.place,
    namespace: fields.place,
    device: fields.device,
    peer: fields.place,
    peerDevice: fields.device,
    mtu: z.optional(fields.mtu),
    txQueueLen: z.optional(fields.txQueueLen),
    mac: z.optional(fields.mac),
    peerMac: z.optional(fields.mac),
    call: fields.call,
  })

/** Both ends, in the order of the resource. */
export function endsOf(r: LinkResource) {
  const own = { place: placeOf(r), device: r.device }
  return [own, { place: `${r.host}/${r.peer}`, device: r.peerDevice }] as const
}

function macsOf(r: LinkResource, lab: Lab) {
  const [own, other] = endsOf(r)
  const mac = r.mac ?? macFor(lab, own.place, own.device)
  return [mac, r.peerMac ?? macFor(lab, other.place, other.device)] as const
}

function up(namespace: string, device: string): StepDraft {
  return {
    tool: 'ip',
    namespace,
    args: ['link', 'set', 'dev', device, 'up'],
    seen: ['up', namespace, device],
    phase: 'configure',
    ties: { on: [tie.link(namespace, device)] },
    why: 'its end up',
    undo: { with: `namespace ${namespace}` },
  }
}

export const link: Kind<LinkResource> = {
  schema,
  engine,
  describe: (r) => {
    const [own, other] = endsOf(r)
    return `link ${own.place} ${own.device} <-> ${other.place} ${other.device}`
  },
  claims: (r) =>
    endsOf(r).map(({ place, device }) => ({
      key: keys.device(place, device),
      code: 'DUPLICATE_NAME',
      what: () => `namespace ${place} has an interface ${device} already`,
      value: device,
    })),
  needs: (r) =>
    [r.namespace, r.peer].map((name) => ({
      key: keys.namespace(r.host, name),
      code: 'UNKNOWN_NAME',
      what: () => `host ${r.host} has no namespace ${name} before it`,
    })),
  check: (r) => {
    if (r.namespace !== r.peer) return
    throw new NetloomError('BAD_ARGUMENT', `a link of namespace ${placeOf(r)} to itself`, {
      value: r.peer,
      hint: 'A link goes to another namespace; what one sends to itself goes by its loopback.',
    })
  },
  at: (r) => endsOf(r).map(({ place }) => place),
  ends: (r) => endsOf(r).map((end) => ({ ...end, mtu: r.mtu })),
  steps: (r, lab) => {
    const [mac, peerMac] = macsOf(r, lab)
    const properties = propertyWords(r)
    return [
      {
        tool: 'ip',
        args: [
          ...['link', 'add', 'dev', r.device, 'address', mac, ...properties],
          ...['netns', r.namespace, 'group', String(lab.group)],
          ...['type', 'veth', 'peer', 'name', r.peerDevice],
          ...['address', peerMac, ...properties, 'netns', r.peer],
        ],
        seen: [
          ...['link', r.namespace, r.device, r.peer, r.peerDevice],
          ...[mac, peerMac, String(r.mtu ?? DEFAULT_MTU)],
        ],
        phase: 'create',
        between: [r.namespace, r.peer],
        ties: {
          makes: [tie.link(r.namespace, r.device), tie.link(r.peer, r.peerDevice)],
          on: [tie.namespace(r.namespace), tie.namespace(r.peer)],
          back: { namespace: r.namespace, args: ['link', 'del', 'dev', r.device] },
        },
        why: 'a veth pair between two namespaces, each end created in place',
        undo: { with: `namespace ${r.namespace}` },
      },
      up(r.namespace, r.device),
      up(r.peer, r.peerDevice),
    ]
  },
  state: (r, draft, lab) => {
    const [own, other] = endsOf(r)
    const [mac, peerMac] = macsOf(r, lab)
    const common = { kind: 'veth', up: true, mtu: r.mtu ?? DEFAULT_MTU }
    const peer = { node: other.place, link: other.device }
    draft.link(own.place, { ...common, name: own.device, mac, group: lab.group, peer })
    const back = { node: own.place, link: own.device }
    draft.link(other.place, { ...common, name: other.device, mac: peerMac, peer: back })
  },
  draw: (r, drawing) => drawing.link(...endsOf(r)),
}
