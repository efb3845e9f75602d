import { type Finding, NetloomError, type Rollback } from '../errors.js'
import type { Beginning } from '../script/engine.js'
import { type HostPart, start } from './program.js'
import { type Answer, cutError, type Session, withSession } from './session.js'
import type { LabPlace } from './shell.js'
import type { RunOptions } from './types.js'

const FAULT = '@fault '
/** The head of a line for what was taken back. */
export const UNDONE = '@undo - '
const DEFAULT_LOCK_TIMEOUT_MS = 30_000

/** What lines with this head say behind it. */
export const said = ({ lines }: Pick<Answer, 'lines'>, head: string): string[] =>
  lines.filter((line) => line.startsWith(head)).map((line) => line.slice(head.length))

/** What the session found wrong. */
export const faultsIn = (answer: Answer, host: string): Finding[] =>
  said(answer, FAULT).map((message) => ({ path: host, message }))

export function preflightError(findings: readonly Finding[]): NetloomError {
  return new NetloomError(
    'PREFLIGHT',
    'this machine is not ready for the plan; nothing was changed',
    { findings },
  )
}

/** A program that neither ended well nor said why: nothing that netloom foresaw. */
export function unforeseen(
  host: string,
  { stderr, exitCode }: Answer,
  rollback?: Rollback,
  hint?: string,
): NetloomError {
  return new NetloomError(
    'STEP_FAILED',
    `the program on host ${host} ended with code ${exitCode}: ${stderr}`,
    { failure: { command: 'bash', host, exitCode, stderr, rollback }, hint },
  )
}

/**
 * What a session answered, where that is no reason to stop.
 *
 * @throws NetloomError `TIMEOUT`, `ABORTED`, where the session ended by itself `PREFLIGHT` with its reasons,
 *   and for what nobody foresaw `STEP_FAILED`
 */
export function checkAnswer(answer: Answer, host: string, options: RunOptions): Answer {
  if (answer.cut !== undefined) throw cutError(answer.cut, options)
  if (answer.complete) return answer
  const faults = faultsIn(answer, host)
  throw faults.length > 0 ? preflightError(faults) : unforeseen(host, answer)
}

const lockTimeout = ({ lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS }: RunOptions) => lockTimeoutMs

/** Opens a session for a run, which `begin` is to begin. */
export const withRun = <T>(
  place: LabPlace,
  part: HostPart,
  options: RunOptions,
  work: (session: Session) => Promise<T>,
  beginning: Beginning = 'lock',
): Promise<T> => withSession(place, part.engine(beginning), options, work)

/**
 * The first program of a run: it keeps other runs on the host out until the session ends.
 *
 * @throws NetloomError `PREFLIGHT`, `LAB_BUSY`, `TIMEOUT`, `ABORTED`
 */
export async function begin(
  session: Session,
  { host, lab }: Pick<HostPart, 'host' | 'lab'>,
  program: string,
  options: RunOptions,
  onLine?: (line: string) => void,
  meanwhile?: () => void,
): Promise<Answer> {
  const ms = lockTimeout(options)
  const answer = await session.run(`${start(ms)}\n${program}`, onLine, ms, meanwhile)
  if (answer.lines.includes('@busy')) {
    throw new NetloomError(
      'LAB_BUSY',
      `another run has kept the lock of host ${host} for ${ms} ms`,
      {
        value: lab,
        hint: 'Wait for it, or give a higher lockTimeoutMs.',
      },
    )
  }
  return answer
}

/** `@undo - COMMAND` and `@undo ! COMMAND: STDERR` lines, as a report. */
export function rollbackIn(answer: Pick<Answer, 'lines'>): Rollback {
  return {
    undone: said(answer, UNDONE),
    failed: said(answer, '@undo ! ').map((line) => {
      const colon = line.indexOf(': ')
      return { command: line.slice(0, colon), stderr: line.slice(colon + 2) }
    }),
  }
}

/**
 * Processes of others in namespaces that are to go.
 *
 * @throws NetloomError `NAMESPACE_HELD`
 */
export function checkHeld(
  answer: Answer,
  { host, lab }: Pick<HostPart, 'host' | 'lab'>,
  hint = 'End them: the change takes these namespaces away.',
): void {
  const held = said(answer, '@held ')
  if (held.length === 0) return
  throw new NetloomError(
    'NAMESPACE_HELD',
    `processes of others are in namespaces of lab ${lab}; nothing was changed`,
    { findings: held.map((message) => ({ path: host, message })), hint },
  )
}
