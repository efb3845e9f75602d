import type { Shell as ZxShell } from 'zx/core'
import { type Failure, NetloomError, type Rollback } from '../errors.js'
import { commandLine } from '../step/quote.js'
import { faceOf, type PlannedStep } from '../step/step.js'
import type { Batch } from './batches.js'
import { empties, missing } from './order.js'
import { begin, probe, said, unforeseen } from './probe.js'
import { type HostPart, rollBackProgram, type UpProgram, upProgram } from './program.js'
import { type Answer, cutError, DEFAULT_TIMEOUT_MS, type Session, withSession } from './session.js'
import type { Progress, RunOptions } from './types.js'

/** `@undo - COMMAND` and `@undo ! COMMAND: STDERR` lines, as a report. */
export function rollbackIn(answer: Pick<Answer, 'lines'>): Rollback {
  return {
    undone: said(answer, '@undo - '),
    failed: said(answer, '@undo ! ').map((line) => {
      const colon = line.indexOf(': ')
      return { command: line.slice(0, colon), stderr: line.slice(colon + 2) }
    }),
  }
}

/** The step at which a batch failed, by the line that the tool names. */
function failedStep({ steps, tool }: Batch, stderr: string): PlannedStep | undefined {
  const counted = tool === 'ip' || tool === 'sysctl' || tool === 'install'
  const line = counted ? /Command failed -:(\d+)/.exec(stderr) : /line:? (\d+)/.exec(stderr)
  // a batch of rules begins with the line of its table
  const index = line === null ? 0 : Number(line[1]) - (counted ? 1 : 2)
  return steps[index] ?? steps[0]
}

/** `@failed BATCH CODE STDERR`, its newlines as tabs. */
function failureIn(
  ended: Answer,
  part: HostPart,
  batches: readonly Batch[],
): { step: PlannedStep; failure: Failure } | undefined {
  const line = ended.lines.find((text) => text.startsWith('@failed '))
  const [, number, code, text = ''] = /^@failed (\d+) (\d+) (.*)$/.exec(line ?? '') ?? []
  const batch = batches[Number(number ?? -1)]
  if (batch === undefined) return undefined
  const stderr = text.replaceAll('\t', '\n').trim()
  const step = failedStep(batch, stderr)
  if (step === undefined) return undefined
  return {
    step,
    failure: {
      command: commandLine(step.argv),
      host: part.host,
      exitCode: Number(code),
      stderr: stderr.replace(/\n?Command failed -:\d+$/, ''),
      rollback: rollbackIn(ended),
    },
  }
}

const undoHint = ({ failed }: Rollback) =>
  failed.length === 0
    ? 'What was done before it was undone.'
    : `${failed.length} part(s) could not be undone; down() tries again.`

/** Takes back a run that was cut off, by the journal that it left, in a session of its own. */
async function rollBack(
  $: ZxShell,
  part: HostPart,
  ended: Answer,
  given: number = DEFAULT_TIMEOUT_MS,
): Promise<Rollback> {
  // A short time for the steps is none for their undo: cut off, it would leave them.
  const timeoutMs = Math.max(given, DEFAULT_TIMEOUT_MS)
  return withSession($, part.engine, { timeoutMs }, async (session) => {
    const program = rollBackProgram(ended)
    const { lines, complete, cut, stderr } = await begin(session, part, program, { timeoutMs })
    if (complete) return rollbackIn({ lines })
    return { undone: [], failed: [{ command: 'undo by the journal', stderr: cut ?? stderr }] }
  })
}

/** Tells the caller of steps, counted. */
function teller(part: HostPart, onProgress: ((progress: Progress) => void) | undefined) {
  let done = 0
  return (type: Progress['type'], step: PlannedStep) => {
    if (onProgress === undefined) return
    done += 1
    const { host, steps } = part
    const command = commandLine(step.argv)
    onProgress({ type, host, command, step: faceOf(step), done, total: steps.length })
  }
}

/**
 * Makes what is missing of one host's part.
 *
 * @throws NetloomError `PREFLIGHT`, `LAB_BUSY`, `NAME_TAKEN`, `LAB_DIFFERS`, `STEP_FAILED`, `TIMEOUT`,
 *   `ABORTED`
 */
export async function upOn($: ZxShell, part: HostPart, options: RunOptions): Promise<void> {
  const end = await withSession($, part.engine, options, (session) => make(session, part, options))
  if (end === undefined) return
  const { answer, batches } = end
  const { complete } = answer
  // An abort behind the last step counts too: nobody waits for the lab any more.
  const cut = answer.cut ?? (complete && options.signal?.aborted === true ? 'abort' : undefined)
  if (complete && cut === undefined) return
  if (cut !== undefined) {
    const rollback = await rollBack($, part, answer, options.timeoutMs)
    const done = new Set(answer.lines)
    const open = batches.find((_, i) => !done.has(`@ok ${i}`))
    const command = commandLine(open?.steps[0]?.argv ?? [])
    const failure = { command, host: part.host, exitCode: null, stderr: '', rollback }
    throw cutError(cut, options, { failure, hint: undoHint(rollback) })
  }
  const failed = failureIn(answer, part, batches)
  if (failed === undefined) {
    // such as a journal that cannot be written: the session ended without an undo of its own
    const rollback = await rollBack($, part, answer, options.timeoutMs)
    throw unforeseen(part.host, answer, rollback, undoHint(rollback))
  }
  const { step, failure } = failed
  throw new NetloomError(
    'STEP_FAILED',
    `${failure.command} failed with code ${failure.exitCode} on host ${part.host} (${step.call}): ${failure.stderr}`,
    { value: step.argv, failure, hint: undoHint(failure.rollback ?? { undone: [], failed: [] }) },
  )
}

/** Looks, and makes what is missing, under one lock. */
async function make(
  session: Session,
  part: HostPart,
  options: RunOptions,
): Promise<{ answer: Answer; batches: readonly Batch[] } | undefined> {
  // what is to be done if nothing is there is worked out while the session looks
  let all: UpProgram | undefined
  const states = await probe(session, part, options, () => {
    all = upProgram(part.steps)
  })
  const tell = teller(part, options.onProgress)
  const absent = missing(part.steps, (i) => states[i] === 'absent')
  const again = new Set(absent)
  part.steps.forEach((step, i) => {
    if (states[i] === 'present' && !again.has(step)) tell('skip', step)
  })
  if (absent.length === 0) return undefined
  const { text, batches } =
    all !== undefined && absent.length === part.steps.length ? all : upProgram(absent)
  const answer = await session.run(text, (line) => {
    const ok = /^@ok (\d+)$/.exec(line)
    const done = (ok && batches[Number(ok[1])]?.steps) ?? []
    for (const step of done) if (!empties(step)) tell('do', step)
  })
  return { answer, batches }
}
