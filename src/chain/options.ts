import * as z from 'zod'
import { once } from '../once.js'

// Names and addresses are only strings here: their own checks say more.
export const hostOptions = once(() =>
  z.strictObject({
    address: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    device: z.string().optional(),
    ssh: z.string().optional(),
  }),
)

export const vethOptions = once(() =>
  z.strictObject({
    hostEnd: z.string().optional(),
    nsEnd: z.string().optional(),
  }),
)

export const forwardOptions = once(() =>
  z.strictObject({
    direction: z.enum(['both', 'in', 'out']).optional(),
  }),
)

export const bashOptions = once(() => z.strictObject({ host: z.string().optional() }))

export const parseOptions = once(() => z.strictObject({ places: z.array(z.string()) }))
