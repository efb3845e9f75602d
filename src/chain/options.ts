import { z } from 'zod'
import { NetloomError } from '../errors.js'

/**
 * Checks an options argument against its shape. A misspelt option is an error, never ignored.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function readOptions<T>(call: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new NetloomError(
    'BAD_ARGUMENT',
    `${call} has an option that cannot be: ${faults.join('; ')}`,
    {
      value,
    },
  )
}

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
