import type * as z from 'zod'
import { NetloomError } from './errors.js'

/**
 * Checks an options argument against its shape. A misspelt option is an error, never ignored.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function readOptions<S extends z.ZodRawShape>(
  call: string,
  schema: z.ZodObject<S, z.core.$strict>,
  value: unknown,
): z.infer<z.ZodObject<S, z.core.$strict>> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new NetloomError(
    'BAD_ARGUMENT',
    `${call} has an option that cannot be: ${faults.join('; ')}`,
    { value, hint: `Its options are: ${Object.keys(schema.shape).join(', ')}.` },
  )
}
