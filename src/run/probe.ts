import { type Finding, NetloomError } from '../errors.js'
import { overlap, parseNetwork } from '../ip/cidr.js'
import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { begin, checkAnswer, faultsIn, preflightError, said } from './answer.js'
import type { Known } from './change/known.js'
import { type Found, type Observed, observe, standingIn } from './change/observe.js'
import { cidrsOf, type HostPart, probeFresh } from './program.js'
import type { Answer, Session } from './session.js'
import type { RunOptions, State } from './types.js'

const ROUTE = '@route '

/** Is never free: nobody can tell whether somebody has it. */
const UNKNOWN = 'unknown'

/** What steps make that somebody may have already, by the way in which it is undone. */
function namesIn(steps: readonly PlannedStep[]): readonly string[] {
  const names: string[] = []
  for (const { namespace, undo, tool } of steps) {
    // what is inside a namespace or on a link is not there where these are not; nor are rules without a mark
    if (!('argv' in undo) || namespace !== undefined || tool !== 'ip') continue
    const [, kind, , ...words] = undo.argv
    if (kind === 'link') names.push(`link ${words[1]}`)
    else if (kind === 'netns') names.push(`namespace ${words[0]}`)
    else names.push(kind === 'route' ? `route ${words[0]?.replace(/\/(32|128)$/, '')}` : UNKNOWN)
  }
  return names
}

/** True where nothing of a plan can be there, nor in its way: then its steps need not be asked for one by one. */
function isFresh(names: readonly string[], answer: Answer): boolean {
  if (!answer.lines.includes('@fresh')) return false
  const routes = said(answer, ROUTE).map((text) => `route ${text.split(' ')[0]}`)
  const used = new Set([...said(answer, '@name '), ...routes, UNKNOWN])
  return !names.some((name) => used.has(name))
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

const findingOf = ({ step }: Known, message: string): Finding => ({
  path: `${step.host}: ${commandLine(step.argv)}`,
  message,
})

/** The reasons of steps in a state. */
const findingsIn = ({ known, reasons }: Observed, wanted: State): Finding[] =>
  known.flatMap((each) => {
    const reason = reasons.get(each)
    const counts = each.next >= 0 && each.state === wanted && reason !== undefined
    return counts ? [findingOf(each, reason)] : []
  })

/** What is there in another shape and can neither make room nor be written over, such as a file that somebody changed. */
function strangeIn({ known }: Observed): Finding[] {
  const written = new Set(
    known.flatMap(({ step, next, state }) =>
      next < 0 && state === 'present' ? (step.ties?.slot ?? []) : [],
    ),
  )
  return known.flatMap((each) => {
    const { step, state, next, instead } = each
    if (next < 0 || state !== 'different' || instead.length > 0) return []
    if (written.has(step.ties?.slot ?? '')) return []
    return [findingOf(each, 'it is there in another shape, which somebody gave it')]
  })
}

/**
 * Begins a run, and tells how each step of a host stands before a change. Changes nothing. While the session looks,
 * `meanwhile` is called.
 *
 * @returns what was found, or nothing where nothing of the plan can be there
 * @throws NetloomError `PREFLIGHT` with all that is wrong, and where nothing but names is, `NAME_TAKEN` or
 *   `LAB_DIFFERS`; `TIMEOUT`, `ABORTED`
 */
export async function probe(
  session: Session,
  part: HostPart,
  options: RunOptions,
  meanwhile?: () => void,
): Promise<Found | undefined> {
  let names: readonly string[] = []
  const answer = await begin(session, part, probeFresh(part), options, undefined, () => {
    names = namesIn(part.steps)
    meanwhile?.()
  })
  const first = checkAnswer(answer, part.host, options)
  const faults = faultsIn(first, part.host)
  if (isFresh(names, first)) {
    faults.push(...overlaps(part, first))
    if (faults.length > 0) throw preflightError(faults)
    return undefined
  }
  const standing = standingIn(first, part.host)
  const found = { standing, ...(await observe(session, part, standing, options)) }
  faults.push(...findingsIn(found, 'absent'))
  // What is up already has been through this; then only what comes to be counts.
  if (found.known.some(({ state, next }) => next >= 0 && state === 'absent')) {
    faults.push(...overlaps(part, first))
  }
  const foreign = findingsIn(found, 'foreign')
  const different = strangeIn(found)
  if (faults.length > 0) throw preflightError([...faults, ...foreign, ...different])
  if (foreign.length > 0) {
    throw new NetloomError('NAME_TAKEN', 'names of the plan are taken; nothing was changed', {
      findings: [...foreign, ...different],
      hint: 'Choose other names, or remove what has them.',
    })
  }
  if (different.length > 0) {
    throw new NetloomError('LAB_DIFFERS', 'the lab is up in another shape; nothing was changed', {
      findings: different,
      hint: 'Remove these, or put them back as they were: then up() goes on.',
    })
  }
  return found
}
