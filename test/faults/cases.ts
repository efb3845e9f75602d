import { WAYS, type Way } from './lane.js'
import { numbers, shuffled } from './seed.js'
import { FAULTS, type FaultKind } from './strike.js'
import { type Subject, subjects } from './subjects.js'

/** What runs the commands. */
export type Program = 'the SDK' | 'the script'

/** What befalls the k-th command of an `up` or a `down`, and how the lab is taken down behind it. */
export interface Case {
  readonly subject: Subject
  readonly phase: 'up' | 'down'
  readonly k: number
  readonly fault: FaultKind
  readonly way: Way
}

function casesOf(subject: Subject, phase: Case['phase'], program: Program): Case[] {
  const commands = program === 'the SDK' ? subject.commands : subject.ofScript
  const positions = Array.from({ length: commands[phase] }, (_, i) => i + 1)
  return positions.flatMap((k) =>
    FAULTS.map((fault, i) => {
      const way = WAYS[(k + i) % WAYS.length] ?? 'by the plan'
      return { subject, phase, k, fault, way }
    }),
  )
}

/** Every case there is. */
export const casesBy = (program: Program): readonly Case[] =>
  subjects.flatMap((subject) => [
    ...casesOf(subject, 'up', program),
    ...casesOf(subject, 'down', program),
  ])

/** Some of them: of each plan, phase and fault one, then any. */
export function sample(cases: readonly Case[], size: number, seed: number): readonly Case[] {
  const order = shuffled(cases, numbers(seed))
  const seen = new Set<string>()
  const [first, rest]: [Case[], Case[]] = [[], []]
  for (const each of order) {
    const kind = `${each.subject.name} ${each.phase} ${each.fault}`
    ;(seen.has(kind) ? rest : first).push(each)
    seen.add(kind)
  }
  return [...first, ...rest].slice(0, size)
}

export const nameOf = ({ subject, phase, k, fault, way }: Case): string => {
  const what = fault === 'fail' ? 'fails' : fault === 'hang' ? 'hangs' : `kill -9 ${fault} it`
  return `${subject.name}, command ${k} of ${phase}: ${what}; down ${way}`
}
