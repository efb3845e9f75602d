import * as z from 'zod'

// Names and addresses are only strings here: their own checks say more.
export const hostOptions = z.strictObject({
  address: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  device: z.string().optional(),
  ssh: z.string().optional(),
})

export const vethOptions = z.strictObject({
  hostEnd: z.string().optional(),
  nsEnd: z.string().optional(),
})

export const forwardOptions = z.strictObject({
  direction: z.enum(['both', 'in', 'out']).optional(),
})

export const bashOptions = z.strictObject({ host: z.string().optional() })

export const parseOptions = z.strictObject({ places: z.array(z.string()) })
