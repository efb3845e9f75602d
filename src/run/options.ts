import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import { readOptions } from '../options.js'
import { shape } from '../shape.js'
import type { DownOptions, UpOptions } from './types.js'

/** setTimeout takes no more than 2^31 - 1. */
export const milliseconds = shape(() => z.number().check(z.positive(), z.lte(2 ** 31 - 1)))

const schema = shape(() =>
  z.strictObject({
    signal: z.optional(z.instanceof(AbortSignal)),
    timeoutMs: z.optional(milliseconds()),
    lockTimeoutMs: z.optional(milliseconds()),
    onProgress: z.optional(
      z.custom<UpOptions['onProgress']>((value) => typeof value === 'function'),
    ),
    sandbox: z.optional(z.boolean()),
    into: z.optional(z.custom<AsyncDisposable>((value) => typeof value === 'object')),
    force: z.optional(z.boolean()),
    firewall: z.optional(z.enum(['iptables', 'nft'])),
    handleSignals: z.optional(z.boolean()),
    undoOnExit: z.optional(z.boolean()),
    journalDir: z.optional(
      z
        .string()
        .check(z.regex(/^\/[A-Za-z0-9._/-]+$/, 'is no absolute path of A-Z a-z 0-9 . _ - /')),
    ),
  }),
)

/**
 * Checks the options of a run; a misspelt one is an error, never ignored.
 *
 * @throws NetloomError `BAD_ARGUMENT`, `UNSUPPORTED_PLATFORM`
 */
export function checkRun(call: string, options: UpOptions & DownOptions): void {
  readOptions(call, schema, options)
  if (process.platform !== 'linux') {
    throw new NetloomError(
      'UNSUPPORTED_PLATFORM',
      `network namespaces are of Linux, this is ${process.platform}`,
      {
        value: process.platform,
        hint: 'Export the plan (toBash, JSON.stringify) and run it on Linux.',
      },
    )
  }
}
