import * as z from 'zod/mini'
import type { StepDraft } from '../step/step.js'
import { tie } from '../step/ties.js'
import engine from './bridge.bash'
import { type Fields, type Kind, keys, type Lab } from './kind.js'
import { DEFAULT_MTU, macFor } from './link-properties.js'

/** A bridge on a host: a switch, whose ports are the host ends of veth pairs. */
export interface BridgeResource {
  readonly kind: 'bridge'
  readonly host: string
  readonly name: string
  /** The spanning tree protocol, for loops of switches. */
  readonly stp?: true | undefined
  /** Its ports exchange frames with the host only, not with each other. */
  readonly isolated?: true | undefined
  readonly mtu?: number | undefined
  readonly mac?: string | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('bridge'),
    host: fields.place,
    name: fields.device,
    stp: z.optional(z.literal(true)),
    isolated: z.optional(z.literal(true)),
    mtu: z.optional(fields.mtu),
    mac: z.optional(fields.mac),
    call: fields.call,
  })

/**
 * The least that the kernel takes with STP, in hundredths of a second (`BR_MIN_FORWARD_DELAY`, net/bridge/br_private_stp.h):
 * a port forwards after twice that time.
 */
const FORWARD_DELAY = 200

const macOf = (r: BridgeResource, lab: Lab) => r.mac ?? macFor(lab, r.host, r.name)

/**
 * An MTU that a bridge is created with changes with its ports, and goes back to 1500 with the last one. One that is set
 * stays (`BROPT_MTU_SET_BY_USER`, net/bridge/br_if.c), if it is set before a port brings the same.
 */
const withMtu = (r: BridgeResource, mtu: number): StepDraft => ({
  tool: 'ip',
  args: ['link', 'set', 'dev', r.name, 'mtu', String(mtu)],
  seen: ['bridge_mtu', r.name, String(mtu)],
  phase: 'create',
  device: r.name,
  ties: { on: [tie.link(undefined, r.name)], slot: `bridge mtu ${r.name}` },
  why: 'the largest packet of the switch, whatever ports it has',
  undo: { with: `link ${r.name}` },
})

export const bridge: Kind<BridgeResource> = {
  schema,
  engine,
  describe: (r) => `bridge ${r.name} of ${r.host}`,
  claims: (r) => [
    {
      key: keys.device(r.host, r.name),
      code: 'DUPLICATE_NAME',
      what: () => `host ${r.host} has an interface ${r.name} already`,
      value: r.name,
    },
    { key: keys.bridge(r.host, r.name), code: 'DUPLICATE_NAME', what: () => '', value: r.name },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: () => `the plan has no host ${r.host}` },
  ],
  ends: (r) => [{ place: r.host, device: r.name, mtu: r.mtu }],
  steps: (r, lab) => [
    {
      tool: 'ip',
      // With a MAC of its own it keeps it; else it takes the lowest of its ports, and changes with them.
      args: [
        ...['link', 'add', 'dev', r.name],
        ...['address', macOf(r, lab)],
        ...['group', String(lab.group), 'type', 'bridge'],
        ...(r.stp === true ? ['stp_state', '1', 'forward_delay', String(FORWARD_DELAY)] : []),
      ],
      seen: ['bridge', r.name, r.stp === true ? '1' : '0', macOf(r, lab)],
      phase: 'create',
      device: r.name,
      ties: { makes: [tie.link(undefined, r.name)] },
      why: 'a switch: frames between its ports pass without routes',
      undo: { argv: ['ip', 'link', 'del', 'dev', r.name] },
    },
    ...(r.mtu === undefined ? [] : [withMtu(r, r.mtu)]),
    {
      tool: 'ip',
      args: ['link', 'set', 'dev', r.name, 'up'],
      seen: ['up', '-', r.name],
      phase: 'configure',
      device: r.name,
      ties: { on: [tie.link(undefined, r.name)] },
      why: 'the switch up',
      undo: { with: `link ${r.name}` },
    },
  ],
  state: (r, draft, lab) => {
    draft.link(r.host, {
      name: r.name,
      kind: 'bridge',
      up: true,
      mtu: r.mtu ?? DEFAULT_MTU,
      mac: macOf(r, lab),
      group: lab.group,
      bridge: { callIptables: false, callIp6tables: false, vlanFiltering: false },
    })
  },
  draw: (r, drawing) => drawing.bridge(r.host, r.name),
}
