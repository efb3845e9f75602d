import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { everyCall } from '../unit/plan/fixtures.js'
import { scriptsOf, stepsInScripts } from '../unit/script/read.js'
import { anyPlan } from './plans.js'
import { runs, unsafeWords } from './words.js'

describe('any valid plan', () => {
  test('is of every kind of resource, with every field that it can have', () => {
    const seen = new Set<string>()
    for (const make of fc.sample(anyPlan, runs(300))) {
      for (const resource of make().toJSON().resources) {
        for (const field of Object.keys(resource)) seen.add(`${resource.kind}.${field}`)
      }
    }
    const all = Object.values(everyCall).flatMap((make) => make().toJSON().resources)
    for (const resource of all) {
      for (const field of Object.keys(resource)) expect(seen).toContain(`${resource.kind}.${field}`)
    }
  })

  test('comes back from JSON as the same bytes, commands and scripts', () => {
    fc.assert(
      fc.property(anyPlan, (make) => {
        const text = JSON.stringify(make())
        const back = net.parse(text)
        expect(JSON.stringify(back)).toBe(text)
        expect(JSON.stringify(net.parse(back))).toBe(text)
        expect(back.toJSON()).toEqual(make().toJSON())
        expect(back.commands()).toEqual(make().commands())
        expect(scriptsOf(back)).toEqual(scriptsOf(make()))
      }),
      runs(100),
    )
  })

  test('built twice, or read twice, is the same', () => {
    fc.assert(
      fc.property(anyPlan, (make) => {
        const [one, two] = [make(), make()]
        expect(one.commands()).toEqual(two.commands())
        expect(one.commands()).toEqual(one.commands())
        expect(JSON.stringify(one)).toBe(JSON.stringify(two))
        expect(scriptsOf(one)).toEqual(scriptsOf(two))
      }),
      runs(60),
    )
  })

  test('says of every step how it is undone: by a command, or with what it goes', () => {
    fc.assert(
      fc.property(anyPlan, (make) => {
        const plan = make()
        const steps = plan.commands()
        for (const step of steps) {
          expect([step.call, step.why].every((text) => /^[ -~]+$/.test(text))).toBe(true)
          if ('argv' in step.undo) {
            if (step.argv[0] === 'install') {
              expect(step.undo.argv).toEqual(['rm', step.argv.at(-1)])
              continue
            }
            expect(step.undo.argv[0]).toBe(step.argv[0])
            expect(step.undo.argv.some((word) => ['del', '-D', '-X'].includes(word))).toBe(true)
            continue
          }
          const [kind, name] = step.undo.with.split(' ')
          if (kind === 'the') continue // a setting of the host: put back with the last lab
          // that with which it goes has an undo of its own, on the same host and before this step
          const carrier = steps.slice(0, steps.indexOf(step)).find(({ host, undo }) => {
            if (host !== step.host || !('argv' in undo)) return false
            const [, object, , ...rest] = undo.argv
            return kind === 'namespace' ? object === 'netns' && rest[0] === name : object === 'link'
          })
          expect(carrier, `${step.argv.join(' ')} goes with ${step.undo.with}`).toBeDefined()
        }
      }),
      runs(60),
    )
  })

  test('has no word that bash would not take as it stands', () => {
    fc.assert(
      fc.property(anyPlan, (make) => {
        expect(unsafeWords(make())).toEqual([])
      }),
      runs(60),
    )
  })

  test('is read by bash, in its script, as its commands', () => {
    const plans = fc.sample(anyPlan, { ...runs(60) }).map((make) => make())
    const all = plans.flatMap((plan) => scriptsOf(plan).map((s) => ({ ...s, plan })))
    const read = stepsInScripts(all.map(({ script }) => script))
    expect(all.length).toBeGreaterThan(plans.length)
    all.forEach(({ host, plan }, i) => {
      const own = plan.commands().filter((step) => step.host === host)
      expect(read[i]?.map(({ argv }) => argv)).toEqual(own.map(({ argv }) => argv))
      const lines = own.flatMap(({ input }) => (input === undefined ? [] : [input]))
      const files = read[i]?.filter(({ question }) => question[0] === 'file') ?? []
      expect(files.map(({ question }) => `${question.slice(3).join('\n')}\n`)).toEqual(lines)
    })
  })
})

describe('a plan that one went on from', () => {
  test('reads as before, whatever was built on it', () => {
    fc.assert(
      fc.property(anyPlan, (make) => {
        const plan = make()
        const before = JSON.stringify(make())
        const next = plan.host('later').ns('later-ns').ip('172.16.0.2/24').veth().routeBothWays()
        expect(next.commands().length).toBe(plan.commands().length + 9)
        expect(JSON.stringify(plan)).toBe(before)
      }),
      runs(60),
    )
  })
})
