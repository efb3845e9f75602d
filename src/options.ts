import type * as z from 'zod/mini'
import { NetloomError } from './errors.js'

type Shape<S extends z.core.$ZodShape> = () => z.ZodMiniObject<S, z.core.$strict>
type Options<S extends z.core.$ZodShape> = z.infer<z.ZodMiniObject<S, z.core.$strict>>

/**
 * Reads options of which each may be left away; where all are, without a look at the shape. A misspelt option is an
 * error, never ignored.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function readOptions<S extends z.core.$ZodShape>(
  call: string,
  schema: Shape<S>,
  value: unknown = {},
): Partial<Options<S>> {
  return hasNone(value) ? {} : checkOptions(call, schema, value)
}

/** Not a list, nor anything else that has no keys of its own. */
const hasNone = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).length === 0

/**
 * Checks an options argument against its shape.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function checkOptions<S extends z.core.$ZodShape>(
  call: string,
  schema: Shape<S>,
  value: unknown,
): Options<S> {
  const result = schema().safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new NetloomError(
    'BAD_ARGUMENT',
    `${call} has an option that cannot be: ${faults.join('; ')}`,
    { value, hint: `Its options are: ${Object.keys(schema().shape).join(', ')}.` },
  )
}
