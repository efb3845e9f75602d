import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from '../property/words.js'
import { type Asker, askersAt, OUTSIDE } from './asking.js'
import { ask, BACK_ENDS, type BackEnd } from './back-ends.js'
import { placesOf, questionsOf, wayOf } from './filter-questions.js'
import { arrives, meets, type Question } from './filter-reference.js'
import { Machine } from './machine.js'
import { DOCKER, DROP, WAY_BACK } from './plans.js'
import { filtered, PORTS, type RandomFilters, randomFilters } from './random-filters.js'

const full = process.env['NETLOOM_FULL'] === '1'
const numRuns = Number(process.env['NETLOOM_FILTERS'] ?? (full ? 40 : 3))

/** What others have made of the host's own packet filter. */
const SETUPS = {
  drop: DROP,
  docker: `${DOCKER}; ip6tables -P FORWARD DROP`,
  accept:
    'iptables -I FORWARD -j ACCEPT; ip6tables -I FORWARD -j ACCEPT; iptables -I INPUT -j ACCEPT',
} as const

const setups = fc.constantFrom(...(Object.keys(SETUPS) as (keyof typeof SETUPS)[]))

const keyOf = ({ from, to, source, address, protocol, port }: Question) =>
  `${from} -> ${to}: ${source} ${address} ${protocol} ${port ?? ''}`

/** Asks all of them, side by side at all places: what was heard. */
async function heard(
  at: ReadonlyMap<string, Asker>,
  questions: readonly Question[],
  ms: number,
): Promise<ReadonlyMap<Question, string>> {
  const all = [...at].map(async ([name, asker]) => {
    const own = questions.filter(({ from }) => from === name)
    const answers = await asker.ask(own, ms)
    return own.map((question, i) => [question, answers[i] ?? ''] as const)
  })
  return new Map((await Promise.all(all)).flat())
}

/** What was tried, for who runs more of them. */
const counts = {
  labs: 0,
  questions: 0,
  arrived: 0,
  static: 0,
  live: 0,
  calls: 0,
  refused: 0,
  again: 0,
}

async function holds(lab: RandomFilters, setup: keyof typeof SETUPS, back: BackEnd): Promise<void> {
  const made = filtered(lab)
  const { plan, first, taken } = made
  await using machine = await Machine.open()
  const { call } = await ask(machine, back)
  const { PATH } = call
  await machine.ok(`PATH=${PATH}\n${SETUPS[setup]}${WAY_BACK}`)
  await using sdk = machine.sdk()
  await sdk.status(plan, { PATH })
  const before = await machine.digest()
  for (const each of first === undefined ? [plan] : [first, plan]) {
    expect((await sdk.up(each, call)).error).toBeUndefined()
  }
  const wrong: string[] = []
  const said = (what: string, question: Question, expected: boolean) =>
    wrong.push(`${keyOf(question)}: ${expected ? 'should arrive' : 'should not arrive'}; ${what}`)

  const questions = questionsOf(made)
  const expected = new Map(
    questions.map((q) => [q, arrives(taken, wayOf(lab, q.from, q.to), q)] as const),
  )
  // what is refused as standing nowhere would have met none of them
  for (const { call, code } of made.refused) {
    if (code !== 'BAD_ARGUMENT') continue
    const met = questions.find((q) => meets(call, wayOf(lab, q.from, q.to), q))
    if (met !== undefined) said(`it was refused: ${JSON.stringify(call)}`, met, true)
  }
  // while addresses of IPv6 are being checked for duplicates
  for (const question of sample(questions, expected, 30)) {
    const should = expected.get(question) === true
    counts.static++
    const { protocol, port, address } = question
    const asked = port === undefined ? { protocol } : { protocol, port }
    const told = plan.explain(question.from as never, address as never, asked)
    if ((told.reachability === 'REACHABLE') !== should) {
      said(`explain():\n${String(told)}`, question, should)
    }
  }
  await machine.settled()
  const at = await askersAt(machine, placesOf(made), PORTS)
  try {
    const answers = new Map(await heard(at, questions, 500))
    // the kernel joins the group in which a new IPv6 address is asked for a moment later, and a busy machine is late
    const late = questions.filter((q) => expected.get(q) && answers.get(q) !== 'answers')
    const again = late.length === 0 ? [] : await heard(at, late, 2000)
    for (const [question, answer] of again) answers.set(question, answer)
    for (const question of questions) {
      const should = expected.get(question) === true
      const answer = answers.get(question)
      if ((answer === 'answers') !== should) said(`the kernel: ${answer}`, question, should)
    }
    for (const question of sample(questions, expected, 2)) {
      counts.live++
      const { from, protocol, port, address } = question
      const asked = port === undefined ? { protocol } : { protocol, port }
      const told = await sdk.here(from === 'h' ? 'host' : from, address, asked)
      const should = expected.get(question) === true
      if ((told.reachability === 'REACHABLE') !== should) {
        said(`explain.here():\n${told.text}`, question, should)
      }
    }
    counts.labs++
    counts.questions += questions.length
    counts.arrived += questions.filter((q) => expected.get(q)).length
    counts.calls += taken.length
    counts.refused += made.refused.length
    counts.again += late.length
  } finally {
    for (const asker of at.values()) await asker[Symbol.asyncDispose]()
  }
  expect(wrong.join('\n')).toBe('')
  expect((await sdk.down(plan, { PATH })).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
}

/** A few questions for the state of the kernel: of what arrives, and of what does not. */
function sample(
  questions: readonly Question[],
  expected: ReadonlyMap<Question, boolean>,
  count: number,
) {
  const inside = questions.filter((q) => ![q.from, q.to].includes(OUTSIDE))
  return [true, false].flatMap((should) => {
    const own = inside.filter((q) => expected.get(q) === should)
    return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * own.length) / count))
      .filter((at, i, all) => at !== all[i - 1])
      .flatMap((at) => own[at] ?? [])
  })
}

test.each(BACK_ENDS)(
  'random rules by %s: packets do what the rules say, explain too, and down leaves all as it was',
  async (back) => {
    const some = { seed, numRuns, endOnFailure: true }
    await fc.assert(
      fc.asyncProperty(randomFilters, setups, (lab, setup) => holds(lab, setup, back)),
      some,
    )
    if (process.env['NETLOOM_FILTERS'] !== undefined) {
      console.log(back, JSON.stringify(counts))
    }
  },
  1_200_000,
)
