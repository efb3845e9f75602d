import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { stepsOf } from '../../../src/plan/steps.js'
import { type Batch, shared, type Work } from '../../../src/run/batches.js'
import { everyCall } from '../plan/fixtures.js'

const lab = (count: number) =>
  net
    .host()
    .each(count, (host, i) =>
      host.ns(`demo${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward(),
    )
    .toJSON()

const flat = ({ settings, before, lanes, beside, after }: Work): readonly Batch[] => [
  ...settings,
  ...before,
  ...lanes.flatMap(({ near, far }) => [...near, ...far]),
  ...beside,
  ...after,
]

describe('shared', () => {
  test('each step of each plan is done once', () => {
    for (const [name, make] of Object.entries(everyCall)) {
      const steps = stepsOf(make().toJSON())
      for (const lanes of [1, 2, 5]) {
        const done = flat(shared(steps, lanes)).flatMap((batch) => batch.steps)
        expect(done.length, name).toBe(steps.length)
        expect(new Set(done), name).toEqual(new Set(steps))
      }
    }
  })

  test('a lane makes what it configures, and no two lanes have to do with one namespace', () => {
    const { lanes, before, after } = shared(stepsOf(lab(9)), 3)
    expect(lanes.length).toBe(3)
    expect([...before, ...after]).toEqual([])
    const names = lanes.map(({ near, far }) => {
      const made = near.flatMap(({ steps }) => steps.flatMap(({ into }) => into ?? []))
      expect(new Set(far.map(({ namespace }) => namespace))).toEqual(new Set(made))
      return [...new Set(made)]
    })
    expect(names.flat().toSorted()).toEqual(Array.from({ length: 9 }, (_, i) => `demo${i}`))
  })

  test('what is of the host is one batch of a lane: namespaces, links, their ends', () => {
    const [lane] = shared(stepsOf(lab(4)), 2).lanes
    expect(lane?.near.length).toBe(1)
    const words = lane?.near[0]?.steps.map(({ args }) => args.slice(0, 2).join(' ')) ?? []
    expect(words).toEqual([
      ...['netns add', 'netns add', 'link add', 'link add'],
      ...['link set', 'addr add', 'route add', 'link set', 'addr add', 'route add'],
    ])
  })

  test('behind a setting that counts for what follows, all is made in the order of the plan', () => {
    const tuned = (path: string) =>
      stepsOf(net.host().ns('a').ns('b').sysctl(path, 1).veth().ip('10.0.1.2/24').toJSON())
    for (const path of ['net.ipv6.conf.default.accept_dad', 'net.ipv6.conf.all.disable_ipv6']) {
      const { before, lanes, after } = shared(tuned(path), 4)
      expect(before.flatMap(({ steps }) => steps)).toEqual(tuned(path))
      expect([...lanes, ...after]).toEqual([])
    }
    for (const path of ['net.ipv4.tcp_ecn', 'net.ipv6.conf.all.forwarding']) {
      expect(shared(tuned(path), 4).before).toEqual([])
    }
    const last = net.host().ns('a').veth().sysctl('net.ipv6.conf.eth0.accept_ra', 0)
    expect(shared(stepsOf(last.toJSON()), 4).before).toEqual([])
  })

  test('few namespaces need no more lanes than they fill', () => {
    expect([1, 2, 3, 4, 5].map((count) => shared(stepsOf(lab(count)), 8).lanes.length)).toEqual([
      1, 1, 2, 2, 3,
    ])
    expect(shared([], 8)).toEqual({ settings: [], before: [], lanes: [], beside: [], after: [] })
  })

  test('a switch comes before the lanes', () => {
    const [first, ...others] = stepsOf(lab(2))
    const bridge = { ...first, into: undefined, args: ['link', 'add', 'br0', 'type', 'bridge'] }
    const { before } = shared([bridge as never, ...others], 2)
    expect(before.flatMap(({ steps }) => steps.map(({ args }) => args))).toEqual([bridge.args])
  })

  test('with a link between namespaces, all that is made comes before the lanes', () => {
    const plan = net.host().ns('a').ns('b').link('a').ns('c').veth()
    const { before, lanes } = shared(stepsOf(plan.toJSON()), 2)
    const words = before.flatMap(({ steps }) => steps.map(({ args }) => args.slice(0, 2).join(' ')))
    expect(words).toEqual(['netns add', 'netns add', 'netns add', 'link add', 'link add'])
    expect(lanes.flatMap(({ near }) => near.flatMap(({ steps }) => steps))).not.toContainEqual(
      expect.objectContaining({ phase: 'create' }),
    )
  })
})
