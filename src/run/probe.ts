import { type Finding, NetloomError } from '../errors.js'
import { type HostPart, lock, PROBE } from './program.js'
import { type Answer, cutError, type Session } from './session.js'
import type { RunOptions, State } from './types.js'

const FAULT = '@fault '

/** What a program printed of faults of this machine. */
const faultsIn = ({ lines }: Answer, host: string): Finding[] =>
  lines
    .filter((line) => line.startsWith(FAULT))
    .map((line) => ({ path: host, message: line.slice(FAULT.length) }))

function preflightError(findings: readonly Finding[]): NetloomError {
  return new NetloomError(
    'PREFLIGHT',
    'this machine lacks what the plan needs; nothing was changed',
    {
      findings,
    },
  )
}

/** A program that neither ended well nor said why: nothing that netloom foresaw. */
export function unforeseen(host: string, { stderr, exitCode }: Answer): NetloomError {
  return new NetloomError(
    'STEP_FAILED',
    `the program on host ${host} ended with code ${exitCode}: ${stderr}`,
    {
      failure: { command: 'bash -s', host, exitCode, stderr },
    },
  )
}

const DEFAULT_LOCK_TIMEOUT_MS = 30_000

/**
 * What a session answered, where that is no reason to stop.
 *
 * @throws NetloomError `PREFLIGHT`, `TIMEOUT`, `ABORTED`, and for what nobody foresaw `STEP_FAILED`
 */
export function checkAnswer(answer: Answer, part: HostPart, options: RunOptions): Answer {
  if (answer.cut !== undefined) throw cutError(answer.cut, options)
  const faults = faultsIn(answer, part.host)
  if (faults.length > 0) throw preflightError(faults)
  if (!answer.complete) throw unforeseen(part.host, answer)
  return answer
}

/**
 * Keeps other runs on the host out until the session ends.
 *
 * @throws NetloomError `LAB_BUSY`, `TIMEOUT`, `ABORTED`
 */
export async function lockHost(
  session: Session,
  part: HostPart,
  options: RunOptions,
): Promise<void> {
  const ms = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS
  const answer = await session.run(`${part.engine}\n${lock(ms)}`, undefined, ms)
  if (answer.lines.includes('@busy')) {
    throw new NetloomError(
      'LAB_BUSY',
      `another run has kept the lock of host ${part.host} for ${ms} ms`,
      {
        value: part.lab,
        hint: 'Wait for it, or give a higher lockTimeoutMs.',
      },
    )
  }
  checkAnswer(answer, part, options)
}

/**
 * How each step of a host stands. Changes nothing.
 *
 * @throws NetloomError `PREFLIGHT`, `TIMEOUT`, `ABORTED`
 */
export async function probe(
  session: Session,
  part: HostPart,
  options: RunOptions,
): Promise<readonly State[]> {
  const answer = checkAnswer(await session.run(PROBE), part, options)
  return answer.lines as readonly State[]
}
