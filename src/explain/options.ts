import * as z from 'zod/mini'
import { shape } from '../shape.js'

const port = () => z.optional(z.number().check(z.int(), z.gte(1), z.lte(65_535)))

const flow = shape(() => ({
  protocol: z.optional(z.enum(['icmp', 'tcp', 'udp'])),
  port: port(),
  sourcePort: port(),
  family: z.optional(z.union([z.literal(4), z.literal(6)])),
  mark: z.optional(z.number().check(z.int(), z.gte(0), z.lte(0xffff_ffff))),
  size: z.optional(z.number().check(z.int(), z.gte(28), z.lte(65_535))),
  ttl: z.optional(z.number().check(z.int(), z.gte(1), z.lte(255))),
}))

export const liveOptions = shape(() =>
  z.strictObject({
    ...flow(),
    timeoutMs: z.optional(z.number().check(z.positive(), z.lte(2 ** 31 - 1))),
    signal: z.optional(z.custom<AbortSignal>((value) => value instanceof AbortSignal)),
  }),
)

export const staticOptions = shape(() =>
  z.strictObject({
    ...flow(),
    assume: z.optional(z.strictObject({ forwardPolicy: z.optional(z.enum(['accept', 'drop'])) })),
  }),
)
