import { describe, expect, test } from 'vitest'
import { type NamespacePlan, net } from '../../../src/index.js'
import { Line } from '../../../src/plan/line.js'
import { expectRefusal } from '../refusal.js'
import { everyCall, NODE02, s3 } from './fixtures.js'

const text = (plan: object) => JSON.stringify(plan)

describe('a plan never changes', () => {
  test('two branches from one prefix share nothing', () => {
    const prefix = net.host().ns('a').ip('10.0.1.2/24').veth()
    const before = text(prefix)
    const left = prefix.ns('left').ip('10.0.2.2/24').veth()
    const right = prefix.ns('right').ip('10.0.2.2/24').veth()
    const third = prefix.routeBothWays()
    for (const [plan, own, others] of [
      [left, 'left', ['right', 'routeBothWays']],
      [right, 'right', ['left', 'routeBothWays']],
      [third, 'routeBothWays', ['left', 'right']],
    ] as const) {
      expect(text(plan)).toContain(own)
      for (const other of others) expect(text(plan)).not.toContain(other)
    }
    expect(text(prefix)).toBe(before)
    expect(text(left.ns('more'))).toContain('"left"')
  })

  test('a value that is first read after later calls on it knows nothing of them', () => {
    const early = net.host().ns('a').ip('10.0.1.2/24').veth()
    const late = early.routeBothWays().allowForward().ns('b').ip('10.0.2.2/24').veth()
    expect(late.commands().length).toBeGreaterThan(10)
    expect(early.commands()).toHaveLength(6)
    expect(early.toJSON().resources).toHaveLength(3)
    expect(String(early)).toBe('netloom plan host-a: 1 host(s), 3 resource(s)')
  })

  test('every step of a long chain reads the same before and after the chain was continued', () => {
    const steps: NamespacePlan[] = []
    let plan: NamespacePlan = net.host().ns('start')
    for (let i = 0; i < 40; i++) {
      plan = plan.ns(`n${i}`).ip(`10.1.${i}.2/24`).veth().routeBothWays()
      steps.push(plan)
    }
    const readLate = steps.map(text)
    const readAlone = steps.map((_, count) => {
      let alone: NamespacePlan = net.host().ns('start')
      for (let i = 0; i <= count; i++) {
        alone = alone.ns(`n${i}`).ip(`10.1.${i}.2/24`).veth().routeBothWays()
        text(alone)
      }
      return text(alone)
    })
    expect(readLate).toEqual(readAlone)
  })

  test('a refused call leaves the plan as it was, and usable', () => {
    for (const make of Object.values(everyCall)) {
      const plan = make()
      const before = text(plan)
      const taken = plan.toJSON().hosts[0]?.name ?? ''
      // fails at its second address, after the first was entered
      expectRefusal(() => plan.host('new').ns('n').veth().ip('172.16.0.2/24', '172.16.0.2/24'), {
        code: 'DUPLICATE_ADDRESS',
      })
      expectRefusal(() => plan.host(taken, {}), { code: 'DUPLICATE_NAME' })
      expect(text(plan)).toBe(before)
      const next = plan.host('new').ns('n').veth().ip('172.16.0.2/24', '172.16.0.3/24')
      expect(next.commands().length).toBeGreaterThan(5)
      expect(text(plan)).toBe(before)
    }
  })

  test('two branches from one prefix share no switch, no link and no route', () => {
    const prefix = net.host('h').bridge('br0', { ip: '10.0.1.1/24' }).ns('b').ns('a')
    const before = text(prefix)
    const attached = prefix.ip('10.0.1.2/24').attach('br0')
    const linked = prefix.link('b', { ip: ['10.0.1.5/30', '10.0.1.6/30'] })
    const routing = prefix.router().rule({ table: 5 }).sysctl('net.ipv4.ip_default_ttl', 7)
    // what one of them took is free for the others
    expect(text(prefix.router().ip('10.0.1.2/24').attach('br0'))).toContain('"port"')
    for (const [plan, own, others] of [
      [attached, '"port"', ['"link"', '"rule"']],
      [routing, '"rule"', ['"port"', '"link"']],
    ] as const) {
      expect(text(plan)).toContain(own)
      for (const other of others) expect(text(plan)).not.toContain(other)
    }
    // this one overlaps the switch, which is no matter of the others
    expectRefusal(() => linked.commands(), { code: 'SUBNET_OVERLAP', value: '10.0.1.5/30' })
    expect(text(prefix)).toBe(before)
  })

  test('what it gives out is frozen, and so is the plan', () => {
    const plan = s3()
    const { hosts, resources } = plan.toJSON()
    for (const value of [plan, hosts, resources, ...hosts, ...resources, hosts[0]?.addresses]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })

  test('it keeps none of the objects that it was given', () => {
    const address = ['10.0.0.1/24']
    const names = { hostEnd: 'h', nsEnd: 'n' }
    const plan = net.host('a', { address }).ns('x').veth(names)
    address.push('10.0.0.2/24')
    names.hostEnd = 'other'
    expect(plan.toJSON()).toMatchObject({
      hosts: [{ addresses: ['10.0.0.1/24'] }],
      resources: [{}, { hostEnd: 'h' }],
    })
  })
})

describe('an address that waits for its link', () => {
  const uses = (plan: ReturnType<typeof s3> | NamespacePlan) => [
    () => plan.commands(),
    () => (plan as NamespacePlan).toBash(),
    () => plan.toJSON(),
    () => JSON.stringify(plan),
    () => String(plan),
  ]

  test('is said when the plan is used, with the namespace and the way out', () => {
    const plan = net.host('node03').ns('demo01').ip('10.0.1.2/24', 'fd00:1::2/64')
    for (const use of uses(plan)) {
      const error = expectRefusal(use, {
        code: 'MISSING_LINK',
        value: ['10.0.1.2/24', 'fd00:1::2/64'],
        says: /node03\/demo01/,
      })
      expect(error.hint).toMatch(/\.veth\(\)/)
    }
    expect(
      plan
        .veth()
        .toJSON()
        .resources.map(({ kind }) => kind),
    ).toEqual(['namespace', 'veth', 'address', 'address'])
  })

  test('also where the chain went on elsewhere; going back mends it', () => {
    const plan = net.host().ns('a').ip('10.0.1.2/24').ns('b').ip('10.0.2.2/24').veth()
    expectRefusal(() => plan.commands(), { code: 'MISSING_LINK', value: ['10.0.1.2/24'] })
    expect(plan.at('a').veth().commands()).toHaveLength(12)
  })

  test('a branch that never had the address is not asked for its link', () => {
    const prefix = net.host().ns('a')
    const waiting = prefix.ip('10.0.1.2/24')
    expect(prefix.commands()).toHaveLength(2)
    expect(waiting.veth().commands()).toHaveLength(6)
    expectRefusal(() => waiting.commands(), { code: 'MISSING_LINK' })
  })

  test('addresses of several calls add up, each under one call of their own', () => {
    const plan = net.host().ns('a').ip('10.0.1.2/24').ip('fd00:1::2/64').veth()
    expect(plan.toJSON().resources.flatMap((r) => (r.kind === 'address' ? [r.cidr] : []))).toEqual([
      '10.0.1.2/24',
      'fd00:1::2/64',
    ])
  })
})

describe('a bare second link', () => {
  const one = () => net.host().ns('a').ip('10.0.1.2/24').veth()

  test('is an address on the wrong link, and said so', () => {
    const plan = one().ip('10.0.2.2/24').veth()
    const error = expectRefusal(() => plan.commands(), {
      code: 'MISSING_ADDRESS',
      value: 'eth1',
      says: /host\/a/,
    })
    expect(error.hint).toMatch(/\.veth\(\)\.ip\(/)
    expect(plan.ip('10.0.3.2/24').commands()).not.toEqual([])
  })

  test('one link alone may be bare, and so may all', () => {
    expect(net.host().ns('a').veth().commands()).toHaveLength(5)
    expect(net.host().ns('a').veth().veth().commands()).toHaveLength(8)
  })

  test('a parsed plan is held to it', () => {
    const { resources, ...rest } = one().veth().ip('10.0.2.2/24').toJSON()
    const bare = { ...rest, resources: resources.slice(0, -1) }
    const error = expectRefusal(() => net.parse(bare), { code: 'BAD_PLAN' })
    expect(error.findings).toEqual([
      { path: 'resources', message: 'the link eth1 of namespace host/a has no address' },
    ])
  })
})

describe('the line itself', () => {
  test('adds in place while it is at its end, and is read once for each end', () => {
    const line = new Line()
    line.add({ host: { name: 'a' } })
    const first = line.fold()
    expect(line.fold()).toBe(first)
    line.add({ resources: [{ kind: 'namespace', host: 'a', name: 'n', call: 'x' }] })
    const second = line.fold()
    expect([first.resources.length, second.resources.length]).toEqual([0, 1])
    expect(second.hosts).toBe(first.hosts)
  })

  test('a fork ends where it was asked to', () => {
    const line = new Line()
    line.add({ host: { name: 'a' } })
    line.add({ host: { name: 'b', addresses: [NODE02.address] } })
    const fork = line.fork(1)
    fork.add({ host: { name: 'c', addresses: [NODE02.address] } })
    expect([line, fork].map((l) => l.fold().hosts.map(({ name }) => name))).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ])
    expect([fork.begins(line, 1), fork.begins(line, 2)]).toEqual([true, false])
  })
})
