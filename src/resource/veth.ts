import * as z from 'zod'
import { macOf } from '../ip/hash.js'
import type { StepDraft } from '../step/step.js'
import { type Fields, type Kind, keys, type Lab, placeOf } from './kind.js'
import engine from './veth.bash'

/** A veth pair: one end on the host, its peer in the namespace. */
export interface VethResource {
  readonly kind: 'veth'
  readonly host: string
  readonly namespace: string
  readonly hostEnd: string
  readonly nsEnd: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('veth'),
    host: fields.place,
    namespace: fields.place,
    hostEnd: fields.device,
    nsEnd: fields.device,
    call: fields.call,
  })

/** The same lab, namespace and interface give the same MAC for ever: neighbours' entries stay true. */
const mac = (lab: Lab, place: string, device: string) => macOf(`${lab.name} ${place} ${device}`)

function up(r: VethResource, namespace: string | undefined, device: string): StepDraft {
  return {
    tool: 'ip',
    namespace,
    args: ['link', 'set', 'dev', device, 'up'],
    seen: ['up', namespace ?? '-', device],
    phase: 'configure',
    device: namespace === undefined ? device : undefined,
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
      what: `host ${r.host} has an interface ${r.hostEnd} already`,
      value: r.hostEnd,
    },
    {
      key: keys.device(placeOf(r), r.nsEnd),
      code: 'DUPLICATE_NAME',
      what: `namespace ${placeOf(r)} has an interface ${r.nsEnd} already`,
      value: r.nsEnd,
    },
  ],
  needs: (r) => [
    {
      key: keys.namespace(r.host, r.namespace),
      code: 'UNKNOWN_NAME',
      what: `the plan has no namespace ${placeOf(r)} before it`,
    },
  ],
  steps: (r, lab) => [
    {
      tool: 'ip',
      // Both ends are made where they belong, with their MACs: a move would drop addresses, and
      // udev would change what came later.
      args: [
        ...['link', 'add', 'dev', r.hostEnd, 'address', mac(lab, r.host, r.hostEnd)],
        ...['group', String(lab.group), 'type', 'veth', 'peer', 'name', r.nsEnd],
        ...['address', mac(lab, placeOf(r), r.nsEnd), 'netns', r.namespace],
      ],
      seen: ['veth', r.hostEnd, r.namespace],
      phase: 'create',
      into: r.namespace,
      device: r.hostEnd,
      why: 'a veth pair, the inner end created in place',
      undo: { argv: ['ip', 'link', 'del', 'dev', r.hostEnd] },
    },
    up(r, undefined, r.hostEnd),
    up(r, r.namespace, r.nsEnd),
  ],
  state: (r, draft, lab) => {
    const inner = placeOf(r)
    const common = { kind: 'veth', up: true }
    const outer = mac(lab, r.host, r.hostEnd)
    const peer = { node: inner, link: r.nsEnd }
    draft.link(r.host, { ...common, name: r.hostEnd, mac: outer, group: lab.group, peer })
    const back = { node: r.host, link: r.hostEnd }
    draft.link(inner, { ...common, name: r.nsEnd, mac: mac(lab, inner, r.nsEnd), peer: back })
  },
  draw: (r, drawing) => {
    drawing.link({ place: r.host, device: r.hostEnd }, { place: placeOf(r), device: r.nsEnd })
  },
}
