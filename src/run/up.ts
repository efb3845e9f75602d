import { NetloomError, type Rollback } from '../errors.js'
import { commandLine } from '../step/quote.js'
import { faceOf, type PlannedStep } from '../step/step.js'
import { begin, checkHeld, rollbackIn, unforeseen, withRun } from './answer.js'
import type { Batch } from './batches.js'
import { changeOf } from './change/change.js'
import type { Found } from './change/observe.js'
import { restore } from './change/restore.js'
import { failureIn } from './failure.js'
import { probe } from './probe.js'
import { type HostPart, rollBackProgram } from './program.js'
import { type Answer, cutError, DEFAULT_TIMEOUT_MS, type Session } from './session.js'
import type { LabPlace } from './shell.js'
import type { Progress, RunOptions } from './types.js'
import { type UpProgram, upProgram } from './up-program.js'

const undoHint = ({ failed }: Rollback) =>
  failed.length === 0
    ? 'What was done before it was undone.'
    : `${failed.length} part(s) could not be undone; down() tries again.`

/** Takes back a run that was cut off, by the journal that it left, in a session of its own. */
async function rollBack(
  place: LabPlace,
  part: HostPart,
  ended: Answer,
  given: number = DEFAULT_TIMEOUT_MS,
): Promise<Rollback> {
  // A short time for the steps is none for their undo: cut off, it would leave them.
  const timeoutMs = Math.max(given, DEFAULT_TIMEOUT_MS)
  return withRun(place, part, { timeoutMs }, async (session) => {
    const program = rollBackProgram(ended)
    const { lines, complete, cut, stderr } = await begin(session, part, program, { timeoutMs })
    if (complete) return rollbackIn({ lines })
    return { undone: [], failed: [{ command: 'undo by the journal', stderr: cut ?? stderr }] }
  })
}

/** Tells the caller what was done, counted. */
function teller(part: HostPart, total: number, onProgress: RunOptions['onProgress']) {
  let done = 0
  return (type: Progress['type'], step: PlannedStep) => {
    if (onProgress === undefined) return
    done += 1
    const common = { type, host: part.host, command: commandLine(step.argv), done, total }
    onProgress(type === 'undo' ? common : { ...common, step: faceOf(step) })
  }
}

/** What a run did up to its end, and what was there before it. */
interface Run {
  readonly answer: Answer
  readonly batches: readonly Batch[]
  readonly found: Found | undefined
}

/** What of a run was undone: its own part of the journal by the session, and the rest by what was there before. */
async function undone(
  place: LabPlace,
  part: HostPart,
  first: Rollback,
  found: Found | undefined,
): Promise<Rollback> {
  if (found === undefined) return first
  const second = await restore(place, part, found)
  return {
    undone: [...first.undone, ...second.undone],
    failed: [...first.failed, ...second.failed],
  }
}

/**
 * Makes of one host's part what is missing, and takes back what of the lab is not in the plan any more.
 *
 * @throws NetloomError `PREFLIGHT`, `LAB_BUSY`, `NAME_TAKEN`, `LAB_DIFFERS`, `NAMESPACE_HELD`, `STEP_FAILED`, `TIMEOUT`,
 *   `ABORTED`
 */
export async function upOn(place: LabPlace, part: HostPart, options: RunOptions): Promise<void> {
  const work = (session: Session) => make(session, part, options)
  const end = await withRun(place, part, options, work, 'up')
  if (end === undefined) return
  const { answer, batches, found } = end
  const { complete } = answer
  // An abort behind the last step counts too: nobody waits for the lab any more.
  const cut = answer.cut ?? (complete && options.signal?.aborted === true ? 'abort' : undefined)
  if (complete && cut === undefined) return
  checkHeld(answer, part)
  const back = (first: Rollback) => undone(place, part, first, found)
  if (cut !== undefined) {
    const rollback = await back(await rollBack(place, part, answer, options.timeoutMs))
    const done = new Set(answer.lines)
    const open = batches.find((_, i) => !done.has(`@ok ${i}`))
    const command = commandLine(open?.steps[0]?.argv ?? [])
    const failure = { command, host: part.host, exitCode: null, stderr: '', rollback }
    throw cutError(cut, options, { failure, hint: undoHint(rollback) })
  }
  const failed = failureIn(answer, part, batches)
  if (failed === undefined) {
    // such as a journal that cannot be written: the session ended without an undo of its own
    const rollback = await back(await rollBack(place, part, answer, options.timeoutMs))
    throw unforeseen(part.host, answer, rollback, undoHint(rollback))
  }
  const rollback = await back(failed.failure.rollback ?? { undone: [], failed: [] })
  const { step, failure } = failed
  throw new NetloomError(
    'STEP_FAILED',
    `${failure.command} failed with code ${failure.exitCode} on host ${part.host} (${step.call}): ${failure.stderr}`,
    { value: step.argv, failure: { ...failure, rollback }, hint: undoHint(rollback) },
  )
}

/** Looks, and makes what is missing, under one lock. */
async function make(
  session: Session,
  part: HostPart,
  options: RunOptions,
): Promise<Run | undefined> {
  // what is to be done if nothing is there is worked out while the session looks
  let all: UpProgram | undefined
  const found = await probe(session, part, options, () => {
    all = upProgram(part.steps, part.record)
  })
  const change = found === undefined ? undefined : changeOf(found)
  const { takes, makes, silent } = change ?? { takes: [], makes: part.steps, silent: [] }
  const made = new Set(makes)
  const stays = part.steps.filter((step) => !made.has(step))
  const total = stays.length + takes.length + makes.length
  const tell = teller(part, total, options.onProgress)
  for (const step of stays) tell('skip', step)
  const { record, count = 0 } = found?.standing ?? {}
  const isKept = record === part.record
  const goes = takes.length + silent.length > 0
  if (isKept && !goes && makes.length === 0) return undefined
  const { text, batches } =
    change === undefined && all !== undefined
      ? all
      : upProgram(
          makes,
          isKept ? undefined : part.record,
          goes || (count > 0 && !isKept) ? change : undefined,
        )
  const answer = await session.run(text, (line) => {
    const ok = /^@ok (\d+)$/.exec(line)
    const batch = ok === null ? undefined : batches[Number(ok[1])]
    for (const step of batch?.steps ?? []) tell(made.has(step) ? 'do' : 'undo', step)
  })
  return { answer, batches, found }
}
