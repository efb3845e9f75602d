import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import type { StepDraft } from '../step/step.js'
import { tie } from '../step/ties.js'
import { type Fields, type Kind, keys } from './kind.js'
import engine from './port.bash'

/** The host end of a veth pair as a port of a bridge. */
export interface PortResource {
  readonly kind: 'port'
  readonly host: string
  readonly device: string
  readonly bridge: string
  /** It exchanges frames with ports that are not isolated, and with the host, only. */
  readonly isolated?: true | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('port'),
    host: fields.place,
    device: fields.device,
    bridge: fields.device,
    isolated: z.optional(z.literal(true)),
    call: fields.call,
  })

const end = (r: PortResource) => ({ place: r.host, device: r.device })
const bridgeEnd = (r: PortResource) => ({ place: r.host, device: r.bridge })

export const port: Kind<PortResource> = {
  schema,
  engine,
  describe: (r) => `port ${r.device} of bridge ${r.bridge} on ${r.host}`,
  claims: (r) => [
    {
      key: keys.other('port', r.host, r.device),
      code: 'DUPLICATE_NAME',
      what: () => `${r.device} of host ${r.host} is a port already`,
      value: r.device,
    },
  ],
  needs: (r) => [
    {
      key: keys.bridge(r.host, r.bridge),
      code: 'UNKNOWN_NAME',
      what: () => `host ${r.host} has no bridge ${r.bridge} before it`,
    },
    {
      key: keys.hostEnd(r.host, r.device),
      code: 'MISSING_LINK',
      what: () => `host ${r.host} has no veth pair ${r.device} before it`,
    },
  ],
  joins: (r) => [end(r), bridgeEnd(r)],
  check: (r, facts) => {
    const [own, all] = [facts.mtuOf(end(r)), facts.mtuOf(bridgeEnd(r))]
    if (own === all) return
    throw new NetloomError(
      'MTU_MISMATCH',
      `the MTU of ${r.device} is ${own}, that of the bridge ${r.bridge} of host ${r.host} is ${all}`,
      {
        value: own,
        hint: 'A switch drops frames that are too long for a port, and tells nobody: give all the same MTU.',
      },
    )
  },
  steps: (r) => {
    const common = { tool: 'ip', phase: 'configure', device: r.device } as const
    const undo = { with: `link ${r.device}` }
    const master: StepDraft = {
      ...common,
      args: ['link', 'set', 'dev', r.device, 'master', r.bridge],
      seen: ['port', r.device, r.bridge],
      ties: {
        makes: [tie.port(r.device)],
        on: [tie.link(undefined, r.device), tie.link(undefined, r.bridge)],
        back: { args: ['link', 'set', 'dev', r.device, 'nomaster'] },
      },
      why: 'the end on the host is a port of the switch',
      undo,
    }
    const isolated: StepDraft = {
      ...common,
      args: ['link', 'set', 'dev', r.device, 'type', 'bridge_slave', 'isolated', 'on'],
      seen: ['isolated', r.device],
      ties: {
        on: [tie.port(r.device)],
        back: { args: ['link', 'set', 'dev', r.device, 'type', 'bridge_slave', 'isolated', 'off'] },
      },
      why: 'it does not reach other isolated ports',
      undo,
    }
    return r.isolated === true ? [master, isolated] : [master]
  },
  state: (r, draft) => {
    const port = { isolated: r.isolated === true, state: 'forwarding', hairpin: false }
    draft.change(r.host, r.device, { master: r.bridge, port })
  },
  draw: (r, drawing) => drawing.port(end(r), r.bridge),
}
