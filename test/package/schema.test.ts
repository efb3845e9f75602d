import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, inject, test } from 'vitest'
import { net } from '../../src/index.js'
import { plans } from './plans.js'

const require = createRequire(join(inject('consumer'), 'index.js'))
const schema = JSON.parse(readFileSync(require.resolve('netloom/plan.schema.json'), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)

/** A plan as data that may be spoiled. */
interface Loose {
  format: unknown
  version: unknown
  hosts: Record<string, unknown>[]
  resources?: Record<string, unknown>[]
  run?: unknown
}

/** A copy of a plan, spoiled. */
function spoiled(change: (plan: Loose) => void): object {
  const copy = JSON.parse(JSON.stringify(plans['two']))
  change(copy)
  return copy
}

describe('netloom/plan.schema.json', () => {
  test('is of draft 2020-12', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  test.each(Object.entries(plans))('takes the plan "%s"', (_, plan) => {
    validate(JSON.parse(JSON.stringify(plan)))
    expect(validate.errors).toBeNull()
  })

  const golden = join(import.meta.dirname, '../golden')
  const examples = readdirSync(golden, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  test('there are examples', () => expect(examples.length).toBeGreaterThan(4))
  test.each(examples)('takes the plan of the example %s', (name) => {
    validate(JSON.parse(readFileSync(join(golden, name, 'plan.json'), 'utf8')))
    expect(validate.errors).toBeNull()
  })

  const spoil = (of: 'hosts' | 'resources', property: string, value: unknown) => (plan: Loose) => {
    Object.assign(plan[of]?.[0] ?? {}, { [property]: value })
  }
  const set = (change: Partial<Loose>) => (plan: Loose) => void Object.assign(plan, change)
  const faults: [string, (plan: Loose) => void][] = [
    ['another format', set({ format: 'other' })],
    ['a newer version', set({ version: 2 })],
    ['no hosts', set({ hosts: [] })],
    ['no resources', (plan) => delete plan.resources],
    ['an unknown property', set({ run: 'reboot' })],
    ['an unknown kind', spoil('resources', 'kind', 'command')],
    ['a name that is no word', spoil('resources', 'name', '$(reboot)')],
    ['an interface name of 16 bytes', spoil('hosts', 'device', 'a'.repeat(16))],
    ['an address without a prefix', spoil('hosts', 'addresses', ['10.0.0.1'])],
    ['an unknown property of a resource', spoil('resources', 'run', 'reboot')],
  ]
  test.each(faults)('refuses %s, as net.parse does', (_, change) => {
    const plan = spoiled(change)
    expect(validate(plan)).toBe(false)
    expect(net.safeParse(plan).success).toBe(false)
  })
})
