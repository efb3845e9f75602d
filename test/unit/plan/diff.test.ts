import { describe, expect, test } from 'vitest'
import { net, type Plan, type PlanDiff } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const one = () => net.host().ns('a').ip('10.0.1.2/24').veth({ mtu: 1400 })

const texts = (diff: PlanDiff) => String(diff).split('\n')

describe('diff()', () => {
  test('of a plan with itself, and with the same by other calls, keeps all', () => {
    const plan = one().routeBothWays()
    expect(texts(plan.diff(plan))).toEqual([`= ${plan.toJSON().resources.length + 1} kept`])
    const waiting = net.host().ns('a').veth({ mtu: 1400 }).ip('10.0.1.2/24').routeBothWays()
    const diff = plan.diff(net.parse(JSON.stringify(waiting)))
    expect([diff.added, diff.removed, diff.changed]).toEqual([[], [], []])
  })

  test('tells what goes, what is changed in which way, and what comes', () => {
    const diff = one().diff(net.host().ns('a').ip('10.0.1.3/24').veth())
    expect(texts(diff)).toEqual([
      '- address 10.0.1.2/24 of host/a eth0',
      '~ veth pair veth-a <-> host/a eth0: mtu 1400 -> none',
      '+ address 10.0.1.3/24 of host/a eth0',
      '= 2 kept',
    ])
    const [change] = diff.changed
    expect(change).toMatchObject({
      place: 'host/a',
      kind: 'veth',
      fields: ['mtu'],
      before: { mtu: 1400 },
    })
    expect(change?.value).not.toHaveProperty('mtu')
  })

  test('what goes stands in the order in which it is taken back', () => {
    const diff = one().routeBothWays().diff(net.host().ns('a'))
    const kinds = diff.removed.map(({ kind }) => kind)
    expect(kinds).toEqual(['route', 'route', 'address', 'address', 'veth'])
  })

  test('a route by another gateway, a port that leads elsewhere and a host with an address are changes', () => {
    const before = one().routeBothWays().publish('8080:80')
    const host = net.host('host', { address: '192.0.2.1/24' })
    const after = host.ns('a').ip('10.0.1.2/24').veth({ mtu: 1400 }).routeBothWays()
    expect(texts(before.diff(after.publish('8080:81')))).toEqual([
      '- address 169.254.1.1/32 of host veth-a',
      '~ host host (192.0.2.1/24): addresses none -> [192.0.2.1/24]',
      '~ route of host/a to default by 192.0.2.1: via 169.254.1.1 -> 192.0.2.1',
      '~ port 8080/tcp of host, which leads to 10.0.1.2:81: to 80 -> 81',
      expect.stringMatching(/^= \d+ kept$/),
    ])
  })

  test('rules of a packet filter in another order are another filter', () => {
    const ordered = (...ports: readonly number[]) =>
      ports.reduce<Plan>(
        (plan, port) => plan.host('host').deny({ from: '10.0.0.0/8', to: 'a', port }),
        one(),
      )
    const before = ordered(1, 2, 3)
    expect(before.diff(ordered(1, 3)).changed).toEqual([])
    const { changed } = before.diff(ordered(1, 3, 2))
    expect(new Set(changed.map(({ fields }) => String(fields)))).toEqual(new Set(['order']))
    expect(new Set(changed.map(({ text }) => /port (\d)/.exec(text)?.[1]))).toEqual(
      new Set(['2', '3']),
    )
  })

  test('of another lab nothing is kept: all bears other marks', () => {
    const diff = one().diff(one().named('b'))
    expect(diff.labs).toEqual(['host-a', 'b'])
    expect(texts(diff)[0]).toBe('lab host-a -> b: all bears other marks')
    expect([diff.kept.length, diff.added.length]).toEqual([0, diff.removed.length])
  })

  test('another way round it is the opposite', () => {
    const [a, b] = [one(), net.host().ns('a').ip('10.0.1.3/24').veth().routeBothWays()]
    const [there, back] = [a.diff(b), b.diff(a)]
    const keys = (parts: PlanDiff['added']) => parts.map(({ text }) => text).sort()
    expect(keys(there.added)).toEqual(keys(back.removed))
    expect(keys(there.removed)).toEqual(keys(back.added))
    expect(there.kept).toHaveLength(back.kept.length)
  })

  test('what is no plan is refused', () => {
    expectRefusal(() => one().diff(one().toJSON() as unknown as Plan), {
      code: 'BAD_ARGUMENT',
      says: /net\.parse\(\)/,
    })
  })
})
