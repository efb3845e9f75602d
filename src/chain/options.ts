import * as z from 'zod'
import { once } from '../once.js'
import { fields } from '../resource/kind.js'
import { isTable } from '../resource/table.js'

// Names and addresses are only strings here: their own checks say more.
export const hostOptions = once(() =>
  z.strictObject({
    address: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    device: z.string().optional(),
    ssh: z.string().optional(),
  }),
)

/** What both kinds of link have. */
const properties = () => ({
  mtu: fields().mtu.optional(),
  txQueueLen: fields().txQueueLen.optional(),
  mac: z.string().optional(),
})

export const vethOptions = once(() =>
  z.strictObject({
    hostEnd: z.string().optional(),
    nsEnd: z.string().optional(),
    ...properties(),
    hostMac: z.string().optional(),
  }),
)

export const linkOptions = once(() =>
  z.strictObject({
    ip: z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))]).optional(),
    device: z.string().optional(),
    peerDevice: z.string().optional(),
    ...properties(),
    peerMac: z.string().optional(),
  }),
)

export const bridgeOptions = once(() =>
  z.strictObject({
    ip: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    stp: z.boolean().optional(),
    isolated: z.boolean().optional(),
    mtu: fields().mtu.optional(),
    mac: z.string().optional(),
  }),
)

export const routeOptions = once(() =>
  z.strictObject({
    via: z.string().optional(),
    dev: z.string().optional(),
    metric: z.int().min(0).max(0xffff_ffff).optional(),
    table: z.int().max(0xffff_ffff).refine(isTable, 'is no table for routes').optional(),
    onlink: z.boolean().optional(),
    type: z.enum(['unicast', 'blackhole', 'unreachable', 'prohibit']).optional(),
  }),
)

export const ruleOptions = once(() =>
  z.strictObject({
    from: z.string().optional(),
    to: z.string().optional(),
    fwmark: z.int().min(1).max(0xffff_ffff).optional(),
    iif: z.string().optional(),
    table: z.int().max(0xffff_ffff).refine(isTable, 'is no table for routes'),
    priority: z.int().min(1).max(0xffff_ffff).optional(),
    family: z.union([z.literal(4), z.literal(6)]).optional(),
  }),
)

export const dnsOptions = once(() =>
  z.strictObject({ search: z.array(z.string()).min(1).optional() }),
)

export const poolOptions = once(() =>
  z.strictObject({ prefix: z.int().optional(), prefix6: z.int().optional() }),
)

export const forwardOptions = once(() =>
  z.strictObject({
    direction: z.enum(['both', 'in', 'out']).optional(),
  }),
)

export const masqueradeOptions = once(() => z.strictObject({ via: z.string().optional() }))

/** A name or a network, or a list of them: their own checks say more. */
const side = () => z.union([z.string(), z.array(z.string()).min(1)]).optional()

export const filterOptions = once(() => {
  const port = z.union([z.number(), z.string()])
  return z.strictObject({
    from: side(),
    to: side(),
    protocol: z.enum(['tcp', 'udp', 'icmp']).optional(),
    port: z.union([port, z.array(port).min(1)]).optional(),
  })
})

export const policyOptions = once(() =>
  z.strictObject({
    hooks: z
      .array(z.enum(['input', 'forward', 'output']))
      .min(1)
      .optional(),
  }),
)

export const bashOptions = once(() => z.strictObject({ host: z.string().optional() }))

export const parseOptions = once(() => z.strictObject({ places: z.array(z.string()) }))
