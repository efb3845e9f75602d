import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { cutError, execute } from './execute.js'
import { faultsIn, preflightError, unforeseen } from './probe.js'
import { downProgram, type HostPart } from './program.js'
import type { RunOptions } from './types.js'
import { rollbackIn } from './up.js'

/**
 * Takes down one host's part, by its journal, or without one by what bears the lab's marks.
 *
 * @returns false where there was nothing to take down
 * @throws NetloomError `PREFLIGHT`, `UNDO_FAILED`, `TIMEOUT`, `ABORTED`
 */
export async function downOn($: ZxShell, part: HostPart, options: RunOptions): Promise<boolean> {
  let done = 0
  const ended = await execute($, downProgram(part), options, (line) => {
    if (!line.startsWith('@undo - ')) return
    done += 1
    const command = line.slice('@undo - '.length)
    options.onProgress?.({ type: 'undo', host: part.host, command, done, total: part.steps.length })
  })
  if (ended.cut !== undefined)
    throw cutError(ended.cut, options, { hint: 'down() goes on where it was.' })
  const faults = faultsIn(ended, part.host)
  if (faults.length > 0) throw preflightError(faults)
  if (ended.exitCode !== 0) throw unforeseen(part.host, ended)
  const { undone, failed } = rollbackIn(ended.lines)
  if (failed.length > 0) {
    throw new NetloomError(
      'UNDO_FAILED',
      `${failed.length} part(s) of lab ${part.lab} could not be removed`,
      {
        findings: failed.map(({ command, stderr }) => ({ path: command, message: stderr })),
        hint: 'The others were removed; down() tries these again.',
      },
    )
  }
  return undone.length > 0 || !ended.lines.includes('@no-journal')
}
