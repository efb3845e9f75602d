import type { Rollback } from '../../errors.js'
import { commandLine } from '../../step/quote.js'
import { begin, checkAnswer, withRun } from '../answer.js'
import { type HostPart, lookAhead } from '../program.js'
import type { LabPlace } from '../shell.js'
import { upProgram } from '../up-program.js'
import { changeOf } from './change.js'
import { isThere, type Known } from './known.js'
import { type Found, observe } from './observe.js'

/** Of steps that the lab has had, and that are of the plan that failed, the first come first. */
const LATER = 1e9

const orderOf = ({ old, next }: Known) => (old >= 0 ? old : LATER + next)

/** What is there now, and what of it was there before: that is to be there again, and nothing else. */
function target(now: readonly Known[], before: readonly Known[]): readonly Known[] {
  const all = now.map((known, i): Known => {
    const was = before[i]
    // one that was there in a shape that the lab has never had is not known
    const wanted =
      was?.state === 'present' || (was?.state === 'different' && was.old >= 0 && was.next < 0)
    return {
      ...known,
      old: isThere(known) ? orderOf(known) : -1,
      next: wanted ? orderOf(known) : -1,
    }
  })
  const rank = ({ next }: Known) => (next >= 0 ? next : Number.POSITIVE_INFINITY)
  return all.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}

/** Behind a change that failed: puts back what it took away, and takes away what it brought. */
export async function restore(place: LabPlace, part: HostPart, before: Found): Promise<Rollback> {
  const { standing } = before
  return withRun(place, part, {}, async (session) => {
    checkAnswer(await begin(session, part, lookAhead(part), {}), part.host, {})
    const now = await observe(session, part, standing, {})
    const change = changeOf({ ...now, known: target(now.known, before.known) })
    const { takes, makes } = change
    // the plan that failed is not the lab's
    const forget = `forget_plans ${standing.count}`
    const { text } =
      takes.length + makes.length === 0 ? { text: ':' } : upProgram(makes, undefined, change)
    const answer = await session.run(`${text}\n${forget}`)
    const commands = [...takes.map(({ step }) => step), ...makes].map(({ argv }) =>
      commandLine(argv),
    )
    if (answer.complete) return { undone: commands, failed: [] }
    const stderr = answer.lines.find((line) => line.startsWith('@failed ')) ?? answer.stderr
    return { undone: [], failed: [{ command: 'put back what was there before', stderr }] }
  })
}
