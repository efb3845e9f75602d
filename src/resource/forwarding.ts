import * as z from 'zod/mini'
import engine from './forwarding.bash'
import { type Fields, type Kind, keys } from './kind.js'

/** A host forwards packets of one family: a setting that all labs of the host share. */
export interface ForwardingResource {
  readonly kind: 'forwarding'
  readonly host: string
  readonly family: 4 | 6
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('forwarding'),
    host: fields.place,
    family: z.union([z.literal(4), z.literal(6)]),
    call: fields.call,
  })

const SETTING = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const

/** The claim that another call looks for, so that a host has the setting once. */
export const forwardingKey = (host: string, family: 4 | 6) => keys.other('forwarding', host, family)

export const forwarding: Kind<ForwardingResource> = {
  schema,
  engine,
  describe: (r) => `IPv${r.family} forwarding on ${r.host}`,
  claims: (r) => [
    {
      key: forwardingKey(r.host, r.family),
      code: 'DUPLICATE_RULE',
      what: () => `host ${r.host} forwards IPv${r.family} already`,
      value: r.host,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: () => `the plan has no host ${r.host}` },
  ],
  steps: (r) => [
    {
      tool: 'sysctl',
      args: ['-w', `${SETTING[r.family]}=1`],
      seen: ['forwarding', String(r.family)],
      phase: 'forward',
      why: `the host forwards IPv${r.family}; what stood there is kept for down`,
      undo: { with: 'the last lab that needs it: the values that were found are put back' },
    },
  ],
  state: (r, draft) => {
    draft.at(r.host).settings[SETTING[r.family]] = '1'
  },
}
