import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/index.js'
import { seed } from '../property/words.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'
import { planOf, randomLab } from './random-labs.js'

const full = process.env['NETLOOM_FULL'] === '1'

/** A question of one namespace to an address of another one. */
interface Question {
  readonly from: string
  readonly to: string
  readonly address: string
}

function questionsOf(plan: Plan): readonly Question[] {
  const { resources } = plan.toJSON()
  const names = resources.flatMap((r) => (r.kind === 'namespace' ? [r.name] : []))
  const addresses = resources.flatMap((r) => {
    if (r.kind !== 'address' || r.namespace === undefined || r.cidr.startsWith('fe80')) return []
    return [{ to: r.namespace, address: r.cidr.replace(/\/.*/, '') }]
  })
  const has = (name: string, six: boolean) =>
    addresses.some(({ to, address }) => to === name && address.includes(':') === six)
  return names.flatMap((from) =>
    addresses
      .filter(({ to, address }) => to !== from && has(from, address.includes(':')))
      .map(({ to, address }) => ({ from, to, address })),
  )
}

/** Asks all of them of the kernel, side by side; gives those that were answered within so many seconds. */
async function asked(machine: Machine, questions: readonly Question[], seconds: number) {
  const froms = [...new Set(questions.map(({ from }) => from))]
  const lines = froms.map((from) => {
    const targets = questions.filter((q) => q.from === from).map(({ address }) => address)
    return `ip netns exec ${from} bash --norc -c '
      for to in ${targets.join(' ')}; do
        { ! ping -n -c1 -W${seconds} $to >/dev/null 2>&1 || echo "${from} $to"; } &
      done
      wait' &`
  })
  const out = await machine.ok(`${lines.join('\n')}\nwait`)
  return new Set(out.split('\n').filter((line) => line !== ''))
}

const keyOf = ({ from, address }: Question) => `${from} ${address}`

async function holds(plan: Plan): Promise<void> {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  await sdk.status(plan)
  const before = await machine.digest()
  expect((await sdk.up(plan)).error).toBeUndefined()
  const questions = questionsOf(plan)
  const answered = await asked(machine, questions, 1)
  const silent = new Set(
    plan.unreachable().map(({ from, to, family }) => `${from} ${to} ${family}`),
  )
  // The kernel joins the group in which a new IPv6 address is asked for a moment later, on a busy machine after the first
  // question; that is asked again after a second.
  const late = questions.filter(
    (q) =>
      !answered.has(keyOf(q)) &&
      plan.explain(q.from as never, q.address as never).reachability === 'REACHABLE',
  )
  if (late.length > 0) for (const key of await asked(machine, late, 3)) answered.add(key)
  const wrong = questions.flatMap((question) => {
    const { from, to, address } = question
    const answer = plan.explain(from as never, address as never)
    const said = answer.reachability === 'REACHABLE'
    const family = address.includes(':') ? 6 : 4
    const isSilent = !questions.some(
      (q) =>
        q.from === from &&
        q.to === to &&
        q.address.includes(':') === (family === 6) &&
        answered.has(keyOf(q)),
    )
    const listed = silent.has(`host/${from} host/${to} ${family}`)
    const agrees = listed === isSilent
    return answered.has(keyOf(question)) === said && agrees
      ? []
      : [
          `${keyOf(question)} ${answered.has(keyOf(question))}, listed: ${listed}\n${String(answer)}`,
        ]
  })
  expect(wrong.join('\n')).toBe('')
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
}

test('what routeAll() says reaches, answers; what it says does not, does not; down leaves all as it was', async () => {
  const some = { seed, numRuns: full ? 150 : 10, endOnFailure: true }
  await fc.assert(
    fc.asyncProperty(randomLab, (lab) => holds(planOf(lab).routeAll())),
    some,
  )
}, 1_200_000)
