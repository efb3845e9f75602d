import * as z from 'zod'
import { once } from '../once.js'

const port = () => z.number().int().min(1).max(65_535).optional()

const flow = once(() => ({
  protocol: z.enum(['icmp', 'tcp', 'udp']).optional(),
  port: port(),
  sourcePort: port(),
  family: z.union([z.literal(4), z.literal(6)]).optional(),
  mark: z.number().int().min(0).max(0xffff_ffff).optional(),
  size: z.number().int().min(28).max(65_535).optional(),
  ttl: z.number().int().min(1).max(255).optional(),
}))

export const liveOptions = once(() =>
  z.strictObject({
    ...flow(),
    timeoutMs: z
      .number()
      .positive()
      .max(2 ** 31 - 1)
      .optional(),
    signal: z.custom<AbortSignal>((value) => value instanceof AbortSignal).optional(),
  }),
)

export const staticOptions = once(() =>
  z.strictObject({
    ...flow(),
    assume: z.strictObject({ forwardPolicy: z.enum(['accept', 'drop']).optional() }).optional(),
  }),
)
