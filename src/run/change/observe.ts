import { readRecord } from '../../plan/record.js'
import type { PlanJson } from '../../plan/schema.js'
import { stepsOf } from '../../plan/steps.js'
import { questions } from '../../script/engine.js'
import { quote } from '../../step/quote.js'
import type { PlannedStep } from '../../step/step.js'
import { checkAnswer, said } from '../answer.js'
import { asked, type HostPart, lookInto } from '../program.js'
import type { Answer, Session } from '../session.js'
import type { RunOptions, State } from '../types.js'
import { joined, type Known } from './known.js'

/** A lab as it is up: its plan, as that was kept. */
export interface Standing {
  /** How many plans are kept of it: a change that was cut off leaves more than one. */
  readonly count: number
  /** What is kept of its plan, byte for byte; `undefined` where that is not one. */
  readonly record: string | undefined
  readonly plans: readonly PlanJson[]
  readonly steps: readonly PlannedStep[]
}

/** By what the session told of the lab's folder. Something may be there of each plan that is kept. */
export function standingIn(answer: Answer, host: string): Standing {
  const texts: string[][] = []
  for (const line of said(answer, '@plan ')) {
    const space = line.indexOf(' ')
    const number = Number(line.slice(0, space)) - 1
    const text = texts[number]
    if (text === undefined) texts[number] = [line.slice(space + 1)]
    else text.push(line.slice(space + 1))
  }
  const plans = texts.flatMap((lines) => readRecord(lines) ?? [])
  return {
    count: texts.length,
    record: texts[1] === undefined ? texts[0]?.join('\n') : undefined,
    plans,
    steps: plans.flatMap((plan) => stepsOf(plan, host)),
  }
}

/** How what is there stands to what is to be there. */
export interface Observed {
  readonly known: readonly Known[]
  /** Why a step cannot be carried out, or what has its name. */
  readonly reasons: ReadonlyMap<Known, string>
  /** Values of settings that nobody set, by their slots. */
  readonly defaults: ReadonlyMap<string, string>
  /** Shared settings that stay as they are, and why. */
  readonly shared: ReadonlyMap<string, string>
}

/** A lab that is there, or some of it. */
export interface Found extends Observed {
  readonly standing: Standing
}

/** Asks for values that are to come back, and why shared settings would stay. */
function extras({ step: { tool, seen } }: Omit<Known, 'state' | 'instead'>): readonly string[] {
  if (tool !== 'sysctl') return []
  const [question = '', ...words] = seen
  return question === 'setting'
    ? [`tell_default ${words.slice(0, 2).map(quote).join(' ')}`]
    : [`tell_shared ${words.join(' ')}`]
}

/** `different | COMMAND | COMMAND`, or a word and a reason. */
function parsed(line: string): { state: State; instead: string[][]; reason: string } {
  const [head = '', ...commands] = line.split(' | ')
  const [state = 'absent', ...reason] = head.split(' ')
  return {
    state: state as State,
    instead: commands.map((command) => command.split(' ')),
    reason: reason.join(' '),
  }
}

/** Asks for each step of the lab as it is up, and of the plan that is to be. Changes nothing. */
export async function observe(
  session: Session,
  part: HostPart,
  standing: Pick<Standing, 'plans' | 'steps'>,
  options: RunOptions,
): Promise<Observed> {
  const all = joined(standing.steps, part.steps)
  const [wanted, gone] = [all.filter((each) => each.next >= 0), all.filter((each) => each.next < 0)]
  const program = [
    // those of the part are known by now
    questions(standing.plans.flatMap(({ resources }) => resources)),
    lookInto(all.map(({ step }) => step)),
    'mode=probe',
    asked(wanted.map(({ step }) => step)),
    'mode=gone',
    asked(gone.map(({ step }) => step)),
    ...gone.flatMap(extras),
  ].join('\n')
  const answer = checkAnswer(await session.run(program), part.host, options)
  const words = answer.lines.filter((line) => !line.startsWith('@'))
  const reasons = new Map<Known, string>()
  const known = all.map((each, i): Known => {
    const { state, instead, reason } = parsed(words[i] ?? 'absent')
    const one = { ...each, state, instead }
    if (reason !== '') reasons.set(one, reason)
    return one
  })
  const pairs = (head: string, key: (words: string[]) => string, count: number) =>
    new Map(
      said(answer, head).map((text) => {
        const split = text.split(' ')
        return [key(split.slice(0, count)), split.slice(count).join(' ')] as const
      }),
    )
  return {
    known,
    reasons,
    defaults: pairs('@default ', (own) => `setting ${own.join(' ')}`, 2),
    shared: pairs('@shared ', (own) => `forwarding ${own.join(' ')}`, 1),
  }
}
