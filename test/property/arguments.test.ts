import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HostPlan, type NamespacePlan, NetloomError, net, type Plan } from '../../src/index.js'
import { scriptsOf, stepsInScripts } from '../unit/script/read.js'
import { anyString, nearCidr, nearName, runs, seed, unsafeWords } from './words.js'

console.log(`fast-check seed: ${seed} (NETLOOM_SEED=N tries another)`)

/** An argument of a call that takes a string, and a plan that has it. */
interface Place {
  readonly arbitrary: fc.Arbitrary<string>
  readonly build: (value: string) => Plan
  /** False where nothing can be right. */
  readonly accepts?: false
}

const among = (...good: string[]) => fc.oneof(fc.constantFrom(...good), anyString)

const uplink = (address: string) => ({ address, device: 'uplink' })
const ready = (plan: HostPlan): NamespacePlan =>
  plan.ns('ns').ip('198.51.100.2/24').veth('he', 'ne')
const two = () =>
  ready(net.host('first', uplink('192.0.2.1/24'))).host('second', uplink('192.0.2.2/24'))

const places: Record<string, Place> = {
  'net.host(name)': { arbitrary: nearName, build: (v) => ready(net.host(v)).routeBothWays() },
  'host(name)': { arbitrary: nearName, build: (v) => two().host(v).ns('n2').veth() },
  'host address': {
    arbitrary: nearCidr,
    build: (v) =>
      ready(net.host('h', { address: v }))
        .routeBothWays()
        .host('o')
        .routeTo('ns' as never),
  },
  'host addresses': {
    arbitrary: nearCidr,
    build: (v) => ready(net.host('h', { address: ['192.0.2.1/24', v] })).routeBothWays(),
  },
  'host device': { arbitrary: nearName, build: (v) => ready(net.host('h', { device: v })) },
  'host ssh': { arbitrary: nearName, build: (v) => ready(net.host('h', { ssh: v })) },
  'named(name)': { arbitrary: nearName, build: (v) => ready(net.host()).allowForward().named(v) },
  'ns(name)': {
    arbitrary: nearName,
    build: (v) =>
      net.host().ns(v).ip('198.51.100.2/24', 'fd00::2/64').veth().routeBothWays().allowForward(),
  },
  'at(name)': { arbitrary: among('ns', 'first/ns'), build: (v) => two().at(v as never) },
  'routeTo(name)': { arbitrary: among('ns', 'first/ns'), build: (v) => two().routeTo(v as never) },
  'ip(cidr)': {
    arbitrary: nearCidr,
    build: (v) => net.host().ns('n').ip(v).veth().routeBothWays().allowForward(),
  },
  'ip(cidr, cidr)': {
    arbitrary: nearCidr,
    build: (v) => ready(net.host()).ip('198.51.100.3/24', v).routeBothWays(),
  },
  'veth(hostEnd)': {
    arbitrary: nearName,
    build: (v) => net.host().ns('n').ip('198.51.100.2/24').veth(v).routeBothWays().allowForward(),
  },
  'veth(, nsEnd)': {
    arbitrary: nearName,
    build: (v) => net.host().ns('n').ip('198.51.100.2/24').veth('h', v).routeBothWays(),
  },
  'veth({ hostEnd, nsEnd })': {
    arbitrary: nearName,
    build: (v) =>
      net.host().ns('n').ip('198.51.100.2/24').veth({ hostEnd: v, nsEnd: v }).routeBothWays(),
  },
  'allowForward({ direction })': {
    arbitrary: among('in', 'out', 'both'),
    build: (v) => ready(net.host()).allowForward({ direction: v as 'in' }),
  },
  'an unknown option': {
    arbitrary: anyString,
    accepts: false,
    build: (v) => ready(net.host('h', { [v]: v } as object)).allowForward({ [v]: v } as object),
  },
  'each(items)': {
    arbitrary: nearName,
    build: (v) => net.host().each([v], (host, name) => ready(host).ns(name).veth('other')),
  },
}

/** The plan, or undefined where it was refused as it should be. */
function built(build: () => Plan): Plan | undefined {
  try {
    const plan = build()
    plan.commands()
    return plan
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    expect(error.hint, error.message).not.toBe('')
    return undefined
  }
}

describe('any string at any argument is refused, or carried as one literal word', () => {
  test.each(Object.entries(places))('%s', (_, { arbitrary, build, accepts = true }) => {
    let refused = 0
    const accepted: Plan[] = []
    fc.assert(
      fc.property(arbitrary, (value) => {
        const plan = built(() => build(value))
        if (plan === undefined) {
          refused++
          return
        }
        expect(unsafeWords(plan)).toEqual([])
        accepted.push(plan)
      }),
      runs(100),
    )
    // one bash reads all the scripts of this place
    const scripts = accepted.flatMap((plan) => scriptsOf(plan).map((s) => ({ ...s, plan })))
    const read = stepsInScripts(scripts.map(({ script }) => script))
    expect(read).toHaveLength(scripts.length)
    scripts.forEach(({ host, plan }, i) => {
      const steps = plan.commands().filter((step) => step.host === host)
      expect(read[i]).toEqual(
        steps.map(({ argv, undo }) => ({ argv, undo: 'argv' in undo ? undo.argv : [] })),
      )
    })
    // a property that refuses all, or takes all, would hold for the wrong reason
    expect([accepted.length > 0, refused > 0]).toEqual([accepts, true])
  })
})

describe('any string in a script outside of its commands stays what it is', () => {
  const headOf = (plan: Plan) => plan.toBash().split('\nplan() {')[0] ?? ''

  test('names of host and lab stand in comments, each on its line, and in one literal assignment', () => {
    const lines = headOf(net.host('h').named('l').ns('n')).split('\n').length
    const labs: string[] = []
    const heads: string[] = []
    fc.assert(
      fc.property(nearName, nearName, (host, lab) => {
        const plan = built(() => net.host(host).named(lab).ns('n'))
        if (plan === undefined) return
        expect(headOf(plan).split('\n')).toHaveLength(lines)
        labs.push(lab)
        heads.push(headOf(plan))
      }),
      runs(100),
    )
    const input = heads.map((head) => `(\n${head}\nprintf '%s\\n' "$lab"\n)`).join('\n')
    const out = execFileSync('/bin/bash', ['--norc', '-s'], { input, encoding: 'utf8' })
    expect(labs.length).toBeGreaterThan(10)
    expect(out.split('\n').slice(0, -1)).toEqual(labs)
  })
})
