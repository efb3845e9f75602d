import * as z from 'zod'
import { NetloomError } from '../errors.js'
import { once } from '../once.js'
import { readOptions } from '../options.js'
import type { DownOptions, UpOptions } from './types.js'

/** setTimeout takes no more than 2^31 - 1. */
export const milliseconds = once(() =>
  z
    .number()
    .positive()
    .max(2 ** 31 - 1),
)

const schema = once(() =>
  z.strictObject({
    signal: z.instanceof(AbortSignal).optional(),
    timeoutMs: milliseconds().optional(),
    lockTimeoutMs: milliseconds().optional(),
    onProgress: z
      .custom<UpOptions['onProgress']>((value) => typeof value === 'function')
      .optional(),
    sandbox: z.boolean().optional(),
    into: z.custom<AsyncDisposable>((value) => typeof value === 'object').optional(),
    force: z.boolean().optional(),
    firewall: z.enum(['iptables', 'nft']).optional(),
    handleSignals: z.boolean().optional(),
    undoOnExit: z.boolean().optional(),
    journalDir: z
      .string()
      .regex(/^\/[A-Za-z0-9._/-]+$/, 'is no absolute path of A-Z a-z 0-9 . _ - /')
      .optional(),
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
