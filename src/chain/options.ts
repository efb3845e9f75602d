import * as z from 'zod/mini'
import { fields } from '../resource/kind.js'
import { isTable } from '../resource/table.js'
import { shape } from '../shape.js'

// Names and addresses are only strings here: their own checks say more.
export const hostOptions = shape(() =>
  z.strictObject({
    address: z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))])),
    device: z.optional(z.string()),
    ssh: z.optional(z.string()),
  }),
)

/** What both kinds of link have. */
const properties = () => ({
  mtu: z.optional(fields().mtu),
  txQueueLen: z.optional(fields().txQueueLen),
  mac: z.optional(z.string()),
})

export const vethOptions = shape(() =>
  z.strictObject({
    hostEnd: z.optional(z.string()),
    nsEnd: z.optional(z.string()),
    ...properties(),
    hostMac: z.optional(z.string()),
  }),
)

export const linkOptions = shape(() =>
  z.strictObject({
    ip: z.optional(z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))])),
    device: z.optional(z.string()),
    peerDevice: z.optional(z.string()),
    ...properties(),
    peerMac: z.optional(z.string()),
  }),
)

export const bridgeOptions = shape(() =>
  z.strictObject({
    ip: z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))])),
    stp: z.optional(z.boolean()),
    isolated: z.optional(z.boolean()),
    mtu: z.optional(fields().mtu),
    mac: z.optional(z.string()),
  }),
)

export const routeOptions = shape(() =>
  z.strictObject({
    via: z.optional(z.string()),
    dev: z.optional(z.string()),
    metric: z.optional(z.int().check(z.gte(0), z.lte(0xffff_ffff))),
    table: z.optional(
      z.int().check(z.lte(0xffff_ffff), z.refine(isTable, 'is no table for routes')),
    ),
    onlink: z.optional(z.boolean()),
    type: z.optional(z.enum(['unicast', 'blackhole', 'unreachable', 'prohibit'])),
  }),
)

export const ruleOptions = shape(() =>
  z.strictObject({
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    fwmark: z.optional(z.int().check(z.gte(1), z.lte(0xffff_ffff))),
    iif: z.optional(z.string()),
    table: z.int().check(z.lte(0xffff_ffff), z.refine(isTable, 'is no table for routes')),
    priority: z.optional(z.int().check(z.gte(1), z.lte(0xffff_ffff))),
    family: z.optional(z.union([z.literal(4), z.literal(6)])),
  }),
)

export const dnsOptions = shape(() =>
  z.strictObject({ search: z.optional(z.array(z.string()).check(z.minLength(1))) }),
)

export const poolOptions = shape(() =>
  z.strictObject({ prefix: z.optional(z.int()), prefix6: z.optional(z.int()) }),
)

export const forwardOptions = shape(() =>
  z.strictObject({
    direction: z.optional(z.enum(['both', 'in', 'out'])),
  }),
)

export const masqueradeOptions = shape(() => z.strictObject({ via: z.optional(z.string()) }))

/** A name or a network, or a list of them: their own checks say more. */
const side = () => z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))]))

export const filterOptions = shape(() => {
  const port = z.union([z.number(), z.string()])
  return z.strictObject({
    from: side(),
    to: side(),
    protocol: z.optional(z.enum(['tcp', 'udp', 'icmp'])),
    port: z.optional(z.union([port, z.array(port).check(z.minLength(1))])),
  })
})

export const policyOptions = shape(() =>
  z.strictObject({
    hooks: z.optional(z.array(z.enum(['input', 'forward', 'output'])).check(z.minLength(1))),
  }),
)

export const bashOptions = shape(() => z.strictObject({ host: z.optional(z.string()) }))

export const parseOptions = shape(() => z.strictObject({ places: z.array(z.string()) }))
