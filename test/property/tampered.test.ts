import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetloomError, net } from '../../src/index.js'
import { scriptsOf, stepsInScripts } from '../unit/script/read.js'
import { anyPlan } from './plans.js'
import { anyString, nearCidr, nearName, runs, unsafeWords } from './words.js'

type Path = readonly (string | number)[]

/** Every place of a JSON value. */
function* pathsOf(value: unknown, path: Path = []): Iterable<Path> {
  yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield* pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: anyString },
  { weight: 3, arbitrary: nearName },
  { weight: 3, arbitrary: nearCidr },
  fc.constantFrom(
    'namespace',
    'file',
    'veth',
    'address',
    'route',
    'forwarding',
    'accept',
    'fe80::1',
    'nameserver host',
    '10.0.1.2 a',
    '::/0',
    4,
    6,
    true,
    'in',
  ),
  fc.jsonValue(),
)

type Mutation = {
  readonly where: number
  readonly what: 'set' | 'delete' | 'double' | 'swap' | 'key'
  readonly value: unknown
  readonly key: string
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(),
  what: fc.constantFrom('set', 'set', 'set', 'delete', 'double', 'swap', 'key'),
  value: anyValue,
  key: fc.oneof(
    anyString,
    fc.constantFrom('namespace', 'via', 'device', 'onlink', 'name', '__proto__'),
  ),
})

/** Changes one place of plain data. */
function mutate(data: unknown, { where, what, value, key }: Mutation): unknown {
  const paths = [...pathsOf(data)]
  const path = paths[where % paths.length] ?? []
  const last = path.at(-1)
  if (last === undefined) return what === 'set' ? value : data
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, k) => (at as Record<string, unknown>)[k], data)
  const entry = Object.getOwnPropertyDescriptor(holder, last)?.value as unknown
  if (Array.isArray(holder)) {
    const i = Number(last)
    if (what === 'delete') holder.splice(i, 1)
    else if (what === 'double') holder.push(structuredClone(entry))
    else if (what === 'swap') holder.reverse()
    else holder[i] = value
    return data
  }
  if (what === 'delete') delete (holder as Record<string, unknown>)[last]
  else if (what === 'key') {
    Object.defineProperty(holder, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else (holder as Record<string, unknown>)[last] = value
  return data
}

test('a plan that was changed anywhere is refused as such, or is a plan as safe as any', () => {
  let refused = 0
  const accepted: string[] = []
  fc.assert(
    fc.property(anyPlan, fc.array(mutation, { minLength: 1, maxLength: 3 }), (make, mutations) => {
      const data = mutations.reduce(mutate, JSON.parse(JSON.stringify(make())) as unknown)
      const text = JSON.stringify(data) ?? ''
      const result = (() => {
        try {
          return net.parse(text)
        } catch (error) {
          return error
        }
      })()
      if (result instanceof Error) {
        refused++
        expect(result).toBeInstanceOf(NetloomError)
        expect((result as NetloomError).code).toBe('BAD_PLAN')
        expect((result as NetloomError).hint).not.toBe('')
        return
      }
      const plan = result as ReturnType<typeof net.parse>
      expect(unsafeWords(plan)).toEqual([])
      for (const { call, why } of plan.commands()) {
        // they stand in comments of the script: one line each
        expect(`${call}${why}`).toMatch(/^[ -~]+$/)
      }
      expect(JSON.stringify(net.parse(JSON.stringify(plan)))).toBe(JSON.stringify(plan))
      accepted.push(text)
    }),
    runs(600),
  )
  expect([accepted.length > 10, refused > 150]).toEqual([true, true])
  const plans = accepted.slice(0, 60).map((text) => net.parse(text))
  const all = plans.flatMap((plan) => scriptsOf(plan).map((s) => ({ ...s, plan })))
  const read = stepsInScripts(all.map(({ script }) => script))
  all.forEach(({ host, plan }, i) => {
    expect(read[i]?.map(({ argv }) => argv)).toEqual(
      plan.commands().flatMap((step) => (step.host === host ? [step.argv] : [])),
    )
  })
})

test('a text that was cut, spliced or scribbled into ends in no other error', () => {
  fc.assert(
    fc.property(anyPlan, fc.nat(), fc.nat(40), anyString, (make, at, length, insert) => {
      const text = JSON.stringify(make())
      const start = at % text.length
      const result = net.safeParse(text.slice(0, start) + insert + text.slice(start + length))
      if (result.success) expect(unsafeWords(result.plan)).toEqual([])
      else expect(result.error.code).toBe('BAD_PLAN')
    }),
    runs(300),
  )
})

test('anything that is JSON at all is refused, or is a plan', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const result = net.safeParse(text)
      expect(result.success ? 'plan' : result.error.code).toBe('BAD_PLAN')
    }),
    runs(200),
  )
})
