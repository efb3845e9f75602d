import { NetloomError } from '../errors.js'
import { begin, checkAnswer, checkHeld, rollbackIn, UNDONE, withRun } from './answer.js'
import { DOWN, downProgram, type HostPart } from './program.js'
import type { Session } from './session.js'
import type { LabPlace } from './shell.js'
import type { RunOptions } from './types.js'

/**
 * Takes down one host's part, by its journal, or without one by what bears the lab's marks.
 *
 * @returns false where there was nothing to take down
 * @throws NetloomError `PREFLIGHT`, `LAB_BUSY`, `NAMESPACE_HELD`, `UNDO_FAILED`, `TIMEOUT`, `ABORTED`
 */
export async function downOn(
  place: LabPlace,
  part: HostPart,
  options: RunOptions,
): Promise<boolean> {
  let done = 0
  let journal = true
  const tell = (line: string) => {
    if (!line.startsWith(UNDONE)) return
    done += 1
    const command = line.slice(UNDONE.length)
    options.onProgress?.({ type: 'undo', host: part.host, command, done, total: part.steps.length })
  }
  const work = async (session: Session) => {
    // until then both processors are at work, and zx, which takes its time to load, would be in their way
    const inTime = (line: string) => {
      if (line === '@waiting') session.handOver()
      tell(line)
    }
    const first = await begin(session, part, DOWN, options, inTime, () => {})
    journal = !first.lines.includes('@no-journal')
    return journal ? first : session.run(downProgram(part), tell)
  }
  const answer = await withRun(place, part, options, work, 'down')
  checkHeld(answer, part, 'End them, or call down({ force: true }), which does.')
  const { undone, failed } = rollbackIn(checkAnswer(answer, part.host, options))
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
  return journal || undone.length > 0
}
