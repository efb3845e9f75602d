import { describe, expect, test } from 'vitest'
import { NetloomError, net } from '../../../src/index.js'
import type { PlanJson } from '../../../src/plan/schema.js'
import { expectRefusal, refusal } from '../refusal.js'
import { dualStack, everyCall, firstOf, s3 } from './fixtures.js'

type Json = Record<string, unknown>
const dataOf = (plan: object): Json & { hosts: Json[]; resources: Json[] } =>
  JSON.parse(JSON.stringify(plan))

const findingsOf = (value: unknown) => {
  const error = refusal(() => net.parse(JSON.stringify(value)))
  expect(error.code).toBe('BAD_PLAN')
  return error.findings
}
const pathsOf = (value: unknown) => findingsOf(value).map(({ path }) => path)

describe('parse', () => {
  test('takes a text, the data, and a plan of the chain', () => {
    const plan = s3()
    const text = JSON.stringify(plan)
    for (const form of [text, JSON.parse(text), plan, plan.toJSON()]) {
      expect(JSON.stringify(net.parse(form))).toBe(text)
    }
  })

  test('does not hold on to the data that it was given', () => {
    const data = dataOf(s3())
    const plan = net.parse(data)
    data.resources.length = 0
    ;(data.hosts[0] as Json)['name'] = 'other'
    expect(JSON.stringify(plan)).toBe(JSON.stringify(s3()))
  })

  test('gives a plan whose insides cannot be written', () => {
    const plan = net.parse(JSON.stringify(s3()))
    const inside = plan.toJSON() as unknown as { hosts: unknown[]; resources: Json[] }
    expect(() => inside.resources.pop()).toThrow(TypeError)
    expect(() => inside.hosts.push({})).toThrow(TypeError)
    expect(() => Object.assign(inside.resources[0] as Json, { name: 'x' })).toThrow(TypeError)
    expect(JSON.stringify(plan)).toBe(JSON.stringify(s3()))
  })

  test('gives a plan that can be continued, and that still checks each call', () => {
    const grown = (plan: ReturnType<typeof net.parse>) =>
      plan
        .host('node03')
        .ns('demo03')
        .ip('10.0.3.2/24')
        .veth()
        .routeBothWays()
        .at('demo01')
        .ip('10.0.1.3/24')
    const parsed = net.parse(JSON.stringify(s3()))
    expect(JSON.stringify(grown(parsed))).toBe(JSON.stringify(grown(s3())))
    expectRefusal(() => parsed.host('node03').ns('demo01'), {
      code: 'DUPLICATE_NAME',
      value: 'demo01',
    })
    expectRefusal(() => parsed.host('node03').ns('x').ip('10.0.1.2/24').veth(), {
      code: 'DUPLICATE_ADDRESS',
      value: '10.0.1.2/24',
    })
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(s3()))
  })

  test('the commands and the script of what was read are those of the plan', () => {
    for (const make of Object.values(everyCall)) {
      const [plan, parsed] = [make(), net.parse(JSON.stringify(make()))]
      expect(parsed.commands()).toEqual(plan.commands())
      for (const { name } of plan.toJSON().hosts) {
        expect(parsed.toBash({ host: name })).toBe((plan as typeof parsed).toBash({ host: name }))
      }
    }
  })
})

describe('a text that is no plan of this version', () => {
  const text = JSON.stringify(s3())

  test('a foreign format', () => {
    for (const value of [
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      '{"format":"docker-compose","version":1}',
    ]) {
      expectRefusal(() => net.parse(value), { code: 'BAD_PLAN', says: /no netloom plan/ })
    }
  })

  test('a newer version is named, with what to do; an older one that never was is a fault', () => {
    const newer = text.replace('"version":1', '"version":2')
    const error = expectRefusal(() => net.parse(newer), {
      code: 'BAD_PLAN',
      says: /version 2, .* up to 1/,
    })
    expect(error.hint).toMatch(/Update netloom/)
    for (const version of ['0', '-1', '"1"', 'null', '1.5', 'true']) {
      const error = refusal(() => net.parse(text.replace('"version":1', `"version":${version}`)))
      expect(error.code, version).toBe('BAD_PLAN')
    }
  })

  test('a text that was cut off, at every place', () => {
    for (let end = 0; end < text.length; end += 7) {
      const error = expectRefusal(() => net.parse(text.slice(0, end)), {
        code: 'BAD_PLAN',
        says: /no JSON: it may be cut off/,
      })
      expect(error.cause).toBeInstanceOf(SyntaxError)
    }
  })

  test.each([undefined, null, 1, true, Symbol('x'), 10n])(
    '%o is neither text nor object',
    (value) => {
      expectRefusal(() => net.parse(value as unknown as string), { code: 'BAD_PLAN' })
    },
  )
})

describe('a plan that was tampered with', () => {
  const INJECTIONS = [7, null, ['x'], {}, 'a\nb', '$(reboot)', '`id`', "'", '-x', '..', '', 'é']
  const samples = {
    s3: dataOf(s3()),
    'dual stack': dataOf(dualStack()),
    host: dataOf(everyCall['a host with all options']()),
  }
  /** Each object of a plan once for each kind: where it is, and its path. */
  const parts = Object.entries(samples).flatMap(([name, data]) => [
    { name: `${name}: host`, data, list: 'hosts' as const, index: 0 },
    ...[...new Set(data.resources.map((r) => r['kind']))].map((kind) => ({
      name: `${name}: ${kind}`,
      data,
      list: 'resources' as const,
      index: data.resources.findIndex((r) => r['kind'] === kind),
    })),
  ])

  describe.each(parts)('$name', ({ data, list, index }) => {
    const part = data[list][index] as Json
    const path = `${list}[${index}]`
    const changed = (change: (part: Json) => void) => {
      const copy = structuredClone(data)
      change(copy[list][index] as Json)
      return copy
    }

    test.each(Object.keys(part))(
      '%s: another type or an injected text is a fault at its path',
      (key) => {
        for (const value of INJECTIONS) {
          // a call is shown in a comment, on one line: any printable text is one
          if (key === 'call' && typeof value === 'string' && /^[ -~]+$/.test(value)) continue
          const tampered = changed((part) => Object.assign(part, { [key]: value }))
          const paths = pathsOf(tampered)
          expect(
            paths.some((p) => p === path || p.startsWith(`${path}.${key}`)),
            `${JSON.stringify(value)}: ${paths}`,
          ).toBe(true)
        }
      },
    )

    test.each(Object.keys(part))(
      '%s: its absence is a fault, or makes another plan that is sound',
      (key) => {
        const tampered = changed((part) => delete part[key])
        const result = net.safeParse(JSON.stringify(tampered))
        if (result.success) expect(['addresses', 'device', 'ssh', 'onlink']).toContain(key)
        else expect(result.error.findings.some((f) => f.path.startsWith(path))).toBe(true)
      },
    )

    test('a key more is a fault', () => {
      for (const key of ['run', 'constructor', 'toString']) {
        expect(pathsOf(changed((part) => Object.assign(part, { [key]: 'reboot' })))).toEqual([path])
      }
      const text = JSON.stringify(changed((part) => Object.assign(part, { XXX: { a: 1 } })))
      const error = refusal(() => net.parse(text.replace('XXX', '__proto__')))
      expect(error.findings.map(({ path }) => path)).toEqual([path])
    })
  })

  test('every fault is listed, each once and by its path', () => {
    const data = dataOf(s3())
    Object.assign(data, { comment: 'x', name: 'a b' })
    Object.assign(data.hosts[0] as Json, { addresses: ['10.0.0.300/24', 7], device: 'a/b' })
    Object.assign(data.resources[0] as Json, { name: '$(reboot)' })
    Object.assign(data.resources[1] as Json, { hostEnd: 'x'.repeat(16), nsEnd: 'a\nb', evil: 1 })
    Object.assign(data.resources[4] as Json, { kind: 'command' })
    const findings = findingsOf(data)
    expect(findings.map(({ path }) => path).sort()).toEqual([
      'hosts[0].addresses[0]',
      'hosts[0].addresses[1]',
      'hosts[0].device',
      'name',
      'plan',
      'resources[0].name',
      'resources[1]',
      'resources[1].hostEnd',
      'resources[1].nsEnd',
      'resources[4].kind',
    ])
    const error = refusal(() => net.parse(data))
    expect(error.message).toMatch(/^the plan has 10 fault\(s\)\n/)
    for (const { path, message } of findings) {
      expect(error.message).toContain(`\n  ${path}: ${message}`)
      expect(message).not.toMatch(/\n/)
    }
  })

  test('faults of sense are listed beside faults of shape, and no consequence of either', () => {
    const data = dataOf(s3())
    const [first, second] = data.resources.flatMap((r, i) => (r['kind'] === 'namespace' ? [i] : []))
    Object.assign(data.resources[first as number] as Json, { name: 'a b' })
    data.resources.push({ ...(data.resources[second as number] as Json) })
    const paths = pathsOf(data)
    expect(paths).toEqual([`resources[${first}].name`, `resources[${data.resources.length - 1}]`])
  })

  test('what one resource needs of another is checked: order, names, addresses, networks', () => {
    const data = dataOf(s3())
    const at = (kind: 'veth' | 'address' | 'accept', n = 0) =>
      data.resources.flatMap((r, i) => (r['kind'] === kind ? [i] : []))[n] as number
    const tampered = structuredClone(data)
    Object.assign(tampered.resources[at('veth', 1)] as Json, { hostEnd: 'vethhost01' })
    Object.assign(tampered.resources[at('address', 0)] as Json, { cidr: '100.100.198.2/24' })
    Object.assign(tampered.resources[at('accept', 0)] as Json, { device: 'eth7' })
    const findings = findingsOf(tampered)
    const byPath = Object.fromEntries(findings.map(({ path, message }) => [path, message]))
    expect(byPath[`resources[${at('veth', 1)}]`]).toMatch(/has an interface vethhost01 already/)
    expect(byPath[`resources[${at('address', 0)}]`]).toMatch(/has the address 100.100.198.250/)
    expect(byPath[`resources[${at('accept', 0)}]`]).toMatch(/has no interface eth7 before it/)

    const swapped = structuredClone(data)
    swapped.resources.reverse()
    // all that stands on a link, and each link before its namespace
    expect(pathsOf(swapped).length).toBeGreaterThanOrEqual(2 * 5)
  })

  test('a route cannot be bent: its family, its place and its way are held together', () => {
    const data = dataOf(s3())
    const of = (change: Json, namespace: boolean) => {
      const copy = structuredClone(data)
      const i = copy.resources.findIndex(
        (r) => r['kind'] === 'route' && 'namespace' in r === namespace,
      )
      Object.assign(copy.resources[i] as Json, change)
      return pathsOf(JSON.parse(JSON.stringify(copy))).map((path) =>
        path.replace(`resources[${i}]`, ''),
      )
    }
    expect(of({ to: '10.9.9.1/24' }, true)).toEqual(['.to'])
    expect(of({ via: 'fe80::1' }, true)).toEqual(['.via'])
    expect(of({ via: undefined, device: undefined }, true)).toEqual(['.via', '.onlink'])
    expect(of({ to: '0.0.0.0/0' }, false)).toEqual(['.to'])
    expect(of({ device: undefined }, false)).toEqual(['.via'])
    expect(of({ to: '10.9.0.0/24', device: undefined, via: '10.0.1.1' }, false)).toEqual(['.to'])
    expect(of({ type: 'blackhole' }, true)).toEqual(['.via', '.device'])
    expect(of({ table: 5 }, false)).toEqual(['.table'])
    expect(of({ table: 255 }, true)).toEqual(['.table'])
    expect(of({ onlink: true }, false)).toEqual(['.onlink'])
  })

  test('a host end takes the gateway addresses only, and a namespace never does', () => {
    const data = dualStack().toJSON() as PlanJson
    const gateway = data.resources.find((r) => r.kind === 'address' && r.namespace === undefined)
    const inside = firstOf(data.resources, 'address')
    const swap = (from: unknown, cidr: string) =>
      pathsOf({ ...data, resources: data.resources.map((r) => (r === from ? { ...r, cidr } : r)) })
    expect(swap(gateway, '10.7.7.7/24')).toContain(
      `resources[${data.resources.indexOf(gateway as never)}]`,
    )
    expect(swap(inside, '169.254.1.1/32')).toEqual([
      `resources[${data.resources.indexOf(inside)}].cidr`,
    ])
  })

  test('a plan without hosts, or without its lists, is none', () => {
    const { format, version } = s3().toJSON()
    expect(pathsOf({ format, version })).toEqual(['hosts', 'resources'])
    expect(pathsOf({ format, version, hosts: [], resources: [] })).toEqual(['hosts'])
    expect(pathsOf({ format, version, hosts: {}, resources: 'x' })).toEqual(['hosts', 'resources'])
    expect(pathsOf({ format, version, hosts: [null], resources: [null, 1, []] })).toEqual([
      'hosts[0]',
      'resources[0]',
      'resources[1]',
      'resources[2]',
    ])
  })
})

describe('safeParse', () => {
  test('gives the plan, or the error that parse throws', () => {
    const good = net.safeParse(JSON.stringify(s3()))
    expect(good.success && JSON.stringify(good.plan)).toBe(JSON.stringify(s3()))
    const bad = net.safeParse('{"format":"netloom-plan","version":1}')
    expect(bad.success).toBe(false)
    if (bad.success) return
    expect(bad.error).toBeInstanceOf(NetloomError)
    expect(bad.error).toEqual(refusal(() => net.parse('{"format":"netloom-plan","version":1}')))
  })

  test('a plan of the chain that is not finished is an error too, not a throw', () => {
    const result = net.safeParse(net.host().ns('a').ip('10.0.1.2/24'))
    expect(result.success ? undefined : result.error.code).toBe('MISSING_LINK')
  })
})

describe('the places that a plan must have', () => {
  const text = JSON.stringify(net.host('a').ns('x').host('b').ns('x').ns('y'))

  test('hosts, namespaces, and namespaces by their host', () => {
    const places = ['a', 'b', 'y', 'a/x', 'b/x', 'b/y'] as const
    expect(JSON.stringify(net.parse(text, { places }))).toBe(text)
  })

  test('each that lacks is listed, and an ambiguous one is told apart from an absent one', () => {
    const error = expectRefusal(
      () => net.parse(text, { places: ['a/y', 'c', 'x', 'y'] as string[] }),
      {
        code: 'BAD_PLAN',
        value: ['a/y', 'c', 'x', 'y'],
      },
    )
    expect(error.findings.map(({ path }) => path)).toEqual(['a/y', 'c', 'x'])
    expect(error.findings[2]?.message).toMatch(/several hosts have a namespace/)
  })

  test('an argument of another shape is refused, not ignored', () => {
    for (const expect of [{}, { places: 'a' }, { places: ['a'], place: 1 }, null, 'a']) {
      expectRefusal(() => net.parse(text, expect as never), { code: 'BAD_ARGUMENT', value: expect })
    }
  })
})
