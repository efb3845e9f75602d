import { type Finding, NetloomError, type Rollback } from '../errors.js'
import { overlap, parseNetwork } from '../ip/cidr.js'
import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { cidrsOf, type HostPart, lookAhead, probeAll, probeFresh, start } from './program.js'
import { type Answer, cutError, type Session } from './session.js'
import type { RunOptions, State } from './types.js'

const FAULT = '@fault '
const ROUTE = '@route '
const DEFAULT_LOCK_TIMEOUT_MS = 30_000

/** What lines with this head say behind it. */
export const said = ({ lines }: Pick<Answer, 'lines'>, head: string): string[] =>
  lines.filter((line) => line.startsWith(head)).map((line) => line.slice(head.length))

const faultsIn = (answer: Answer, host: string): Finding[] =>
  said(answer, FAULT).map((message) => ({ path: host, message }))

function preflightError(findings: readonly Finding[]): NetloomError {
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
): Promise<Answer> {
  const ms = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS
  const answer = await session.run(`${start(ms)}\n${program}`, onLine, ms)
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

/** True where a step makes what nothing has the name of yet, by the way in which it is undone. */
function isFree({ namespace, undo, tool }: PlannedStep, used: ReadonlySet<string>): boolean {
  // what is inside a namespace or on a link is not there where these are not; nor are rules without a mark
  if (!('argv' in undo) || namespace !== undefined || tool !== 'ip') return true
  const [, kind, , ...words] = undo.argv
  if (kind === 'link') return !used.has(`link ${words[1]}`)
  if (kind === 'netns') return !used.has(`namespace ${words[0]}`)
  return kind === 'route' && !used.has(`route ${words[0]?.replace(/\/(32|128)$/, '')}`)
}

/** True where nothing of a plan can be there, nor in its way: then its steps need not be asked for one by one. */
function isFresh(part: HostPart, answer: Answer): boolean {
  if (!answer.lines.includes('@fresh')) return false
  const routes = said(answer, ROUTE).map((text) => `route ${text.split(' ')[0]}`)
  const used = new Set([...said(answer, '@name '), ...routes])
  return part.steps.every((step) => isFree(step, used))
}

/** Networks of the plan that the host reaches elsewhere: packets would go astray. */
function overlaps(part: HostPart, answer: Answer): Finding[] {
  const cidrs = cidrsOf(part)
  return said(answer, ROUTE).flatMap((text) => {
    const [to = ''] = text.split(' ')
    const network = parseNetwork(to)
    return cidrs
      .filter((cidr) => overlap(cidr, network))
      .map((cidr) => ({
        path: part.host,
        message: `the network of ${cidr.text} overlaps a route of this host: ${text}`,
      }))
  })
}

/** A word for each step, with what is in its way. */
function statesIn(part: HostPart, answer: Answer) {
  const words = answer.lines.filter((line) => !line.startsWith('@'))
  return part.steps.map((step, i) => {
    const [state, ...reason] = (words[i] ?? 'absent').split(' ')
    return { step, state: state as State, reason: reason.join(' ') }
  })
}

/**
 * Begins a run, and tells how each step of a host stands before a change. Changes nothing. While the session looks,
 * `meanwhile` is called.
 *
 * @throws NetloomError `PREFLIGHT` with all that is wrong, and where nothing but names is, `NAME_TAKEN` or
 *   `LAB_DIFFERS`; `TIMEOUT`, `ABORTED`
 */
export async function probe(
  session: Session,
  part: HostPart,
  options: RunOptions,
  meanwhile: () => void,
): Promise<readonly State[]> {
  const begun = begin(session, part, lookAhead(part), options)
  const program = probeFresh(part)
  checkAnswer(await begun, part.host, options)
  const looking = session.run(program)
  meanwhile()
  const first = checkAnswer(await looking, part.host, options)
  const all = isFresh(part, first)
    ? { ...first, lines: [] }
    : checkAnswer(await session.run(probeAll(part)), part.host, options)
  const states = statesIn(part, all)
  const findings = (...wanted: State[]) =>
    states
      .filter(({ state, reason }) => wanted.includes(state) && reason !== '')
      .map(({ step, reason }) => ({
        path: `${step.host}: ${commandLine(step.argv)}`,
        message: reason,
      }))
  const faults = [...faultsIn(first, part.host), ...findings('absent')]
  // What is up already has been through this; then only what comes to be counts.
  if (states.some(({ state }) => state === 'absent')) faults.push(...overlaps(part, first))
  if (faults.length > 0) throw preflightError([...faults, ...findings('foreign', 'different')])
  const foreign = findings('foreign')
  if (foreign.length > 0) {
    throw new NetloomError('NAME_TAKEN', 'names of the plan are taken; nothing was changed', {
      findings: [...foreign, ...findings('different')],
      hint: 'Choose other names, or remove what has them.',
    })
  }
  const different = findings('different')
  if (different.length > 0) {
    throw new NetloomError('LAB_DIFFERS', 'the lab is up in another shape; nothing was changed', {
      findings: different,
      hint: 'Call down() first.',
    })
  }
  return states.map(({ state }) => state)
}
