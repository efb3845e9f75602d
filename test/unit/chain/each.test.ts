import { describe, expect, test } from 'vitest'
import { type HostPlan, net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const names = (plan: Plan) =>
  plan.toJSON().resources.flatMap((r) => (r.kind === 'namespace' ? [r.name] : []))

describe('each', () => {
  test('so many times, with the count as item and as index', () => {
    const seen: [number, number][] = []
    const plan = net.host().each(3, (host, item, index) => {
      seen.push([item, index])
      return host.ns(`n${item}`)
    })
    expect(seen).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    expect(names(plan)).toEqual(['n0', 'n1', 'n2'])
  })

  test('once for each item of an array, a set, a generator', () => {
    function* items() {
      yield 'a'
      yield 'b'
    }
    for (const iterable of [['a', 'b'], new Set(['a', 'b']), items(), 'ab']) {
      expect(names(net.host().each(iterable, (host, name) => host.ns(name)))).toEqual(['a', 'b'])
    }
  })

  test('no times is the plan as it was', () => {
    for (const none of [0, []]) {
      const plan = net.host().each(none, (host, i) => host.ns(String(i)))
      expect(JSON.stringify(plan)).toBe(JSON.stringify(net.host()))
    }
  })

  test('the cursor is on the host for each item, and comes back to it', () => {
    const plan = net
      .host('a')
      .each(2, (host, i) => host.ns(`n${i}`).host('b').ns(`m${i}`))
      .ns('last')
    expect(
      plan
        .commands()
        .flatMap(({ host, argv }) => (argv[1] === 'netns' ? [`${host}/${argv[3]}`] : [])),
    ).toEqual(['a/n0', 'b/m0', 'a/n1', 'b/m1', 'a/last'])
  })

  test('it makes what a loop makes', () => {
    let loop: HostPlan = net.host()
    for (let i = 0; i < 5; i++) loop = loop.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays()
    const each = net
      .host()
      .each(5, (host, i) => host.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays())
    const reduced = [0, 1, 2, 3, 4].reduce<HostPlan>(
      (plan, i) => plan.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays(),
      net.host(),
    )
    expect(JSON.stringify(each)).toBe(JSON.stringify(loop))
    expect(JSON.stringify(reduced)).toBe(JSON.stringify(loop))
  })

  test('it may stand in another, and the plan before it stays as it was', () => {
    const before = net.host()
    const plan = before.each(2, (host, i) => host.each(2, (inner, j) => inner.ns(`n${i}${j}`)))
    expect(names(plan)).toEqual(['n00', 'n01', 'n10', 'n11'])
    expect(names(before)).toEqual([])
  })

  test('a function that drops what it was given, or gives another plan, is refused', () => {
    const wrong = [
      () => undefined,
      () => 'text',
      () => net.host(),
      () => net.host().ns('other'),
      (host: HostPlan) => ({ ...host }),
    ]
    for (const part of wrong) {
      expectRefusal(
        () =>
          net
            .host()
            .ns('first')
            .each(2, part as never),
        { code: 'BAD_ARGUMENT', says: /each\(\)/ },
      )
    }
    // the first item's plan is continued; the second falls back behind it
    let kept: HostPlan | undefined
    expectRefusal(
      () =>
        net.host().each(2, (host, i) => {
          kept ??= host
          return kept.ns(`n${i}`)
        }),
      { code: 'BAD_ARGUMENT', says: /another plan/ },
    )
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, undefined, null, {}, true])(
    '%o is no count and no list',
    (value) => {
      expectRefusal(() => net.host().each(value as never, (host) => host), {
        code: 'BAD_ARGUMENT',
        value,
      })
    },
  )

  test('what is no function is refused', () => {
    expectRefusal(() => net.host().each(2, 'x' as never), { code: 'BAD_ARGUMENT', value: 'x' })
  })

  test('an error of the function is passed on as it is, and the plan stays usable', () => {
    const plan = net.host().ns('a')
    const boom = new Error('boom')
    expect(() =>
      plan.each(2, (host, i) => {
        if (i === 1) throw boom
        return host.ns('b')
      }),
    ).toThrow(boom)
    expect(names(plan)).toEqual(['a'])
    expect(names(plan.ns('b'))).toEqual(['a', 'b'])
  })
})
