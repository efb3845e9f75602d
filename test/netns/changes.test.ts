import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import type { Agent } from './agent.js'
import { faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'
import { sameState } from './same-state.js'

const base = () =>
  net
    .host('node03', { device: 'enp2s0' })
    .ns('keep0')
    .ip('10.0.1.2/24')
    .veth()
    .routeBothWays()
    .allowForward()
    .ns('keep1')
    .ip('10.0.2.2/24')
    .veth()
    .routeBothWays()
    .allowForward()

/** One that is up, and the one that takes its place. */
const before = base()
  .bridge('br0', { ip: '10.0.3.1/24' })
  .ns('goes')
  .ip('10.0.3.2/24')
  .attach('br0')
  .routeBothWays()
  .allowForward()
  .ns('moves')
  .ip('10.0.4.2/24')
  .veth()
  .routeBothWays()
  .deny({ protocol: 'icmp', from: '10.0.9.0/24' })
  .sysctl('net.ipv4.ip_default_ttl', '70')
  .dns('192.0.2.53')
  .named('changing')
const after = base()
  .ns('moves')
  .ip('10.0.4.3/24')
  .veth()
  .routeBothWays()
  .allow({ protocol: 'tcp', port: 80 })
  .policy('deny')
  .dns('192.0.2.54')
  .masquerade()
  .ns('comes')
  .ip('10.0.5.2/24')
  .veth({ mtu: 1400 })
  .routeBothWays()
  .allowForward()
  .named('changing')

const state = async (machine: Machine) => sameState(await machine.digest('namespaces', 'processes'))

async function up(sdk: Agent, plan: Plan): Promise<readonly string[]> {
  const { error, progress } = await sdk.up(plan)
  expect(error).toBeUndefined()
  return progress.filter((line) => !line.startsWith('skip '))
}

/** A machine on which both plans were up, each alone, and nothing is left of them. */
async function scene(
  work: (at: { machine: Machine; sdk: Agent; first: string; second: string }) => Promise<void>,
): Promise<void> {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  await sdk.status(before)
  const empty = await machine.digest()
  const alone = async (plan: Plan) => {
    await up(sdk, plan)
    const text = await state(machine)
    expect((await sdk.down(plan)).error).toBeUndefined()
    return text
  }
  const second = await alone(after)
  const first = await alone(before)
  await work({ machine, sdk, first, second })
  expect((await sdk.net('down', ['changing'])).error).toBeUndefined()
  expect(await machine.digest()).toBe(empty)
}

describe('a plan whose lab is up in another shape', () => {
  test('a ping every 10 ms between namespaces that the change does not touch loses none', () =>
    scene(async ({ machine, sdk }) => {
      await up(sdk, before)
      await machine.ok(`
        ip netns exec keep0 ping -n -q -i 0.01 10.0.2.2 >${machine.folder}/ping 2>&1 &
        echo $! >${machine.folder}/pid
        sleep 0.2`)
      for (const plan of [after, before, after, before]) {
        expect((await up(sdk, plan)).length).toBeGreaterThan(20)
      }
      // it is no child of this shell, and tells how it went before it ends
      await machine.ok(`
        kill -INT "$(<${machine.folder}/pid)"
        for ((i = 0; i < 100; i++)); do
          ! grep -q transmitted ${machine.folder}/ping || break
          sleep 0.02
        done`)
      const [, sent = '', received = ''] =
        /(\d+) packets transmitted, (\d+) received/.exec(machine.read('ping')) ?? []
      expect(Number(sent)).toBeGreaterThan(50)
      expect(received).toBe(sent)
    }))

  test('an abort in the middle leaves it as it was', () =>
    scene(async ({ machine, sdk, first }) => {
      await up(sdk, before)
      const { steps = [] } = (await sdk.preview(after)).value ?? {}
      const skipped = (await sdk.up(before)).progress.length - steps.length
      expect(await state(machine)).toBe(first)
      for (const at of [1, 8, 15, 30]) {
        const { error } = await sdk.up(after, { abortAt: Math.max(1, skipped) + at })
        expect([at, error?.code, error?.failure?.rollback?.failed]).toEqual([at, 'ABORTED', []])
        expect(await state(machine)).toBe(first)
      }
    }))

  test.each(['the first plan', 'the second plan', 'down'] as const)(
    'kill -9 in the middle of a change: %s finds its way',
    (next) =>
      scene(async ({ machine, sdk, first, second }) => {
        const fault = await faultOn(machine)
        for (const at of [1, 3, 6, 10, 15]) {
          await up(sdk, before)
          await using struck = machine.sdk()
          const pid = await struck.pid()
          await fault.at(at, 'hang')
          const answer = struck.up(after, { PATH: fault.PATH }).catch(() => {})
          for (let i = 0; i < 200 && (await fault.fired()) === ''; i += 1)
            await machine.ok('sleep 0.02')
          expect([at, await fault.fired()]).not.toEqual([at, ''])
          await machine.ok(`kill -KILL ${pid}`)
          await answer
          if (next === 'down') {
            expect((await sdk.net('down', ['changing'])).error).toBeUndefined()
            continue
          }
          await up(sdk, next === 'the first plan' ? before : after)
          expect(await state(machine)).toBe(next === 'the first plan' ? first : second)
        }
      }),
    300_000,
  )

  test('processes of others in a namespace that goes: refused, and nothing is changed', () =>
    scene(async ({ machine, sdk, first, second }) => {
      await up(sdk, before)
      const pid = await machine.ok('ip netns exec goes sleep 1000 >/dev/null 2>&1 & echo $!')
      await machine.ok('sleep 0.2')
      const { error } = await sdk.up(after)
      expect(error?.code).toBe('NAMESPACE_HELD')
      expect(error?.findings).toEqual([
        { path: 'node03', message: expect.stringContaining('(sleep) is in namespace goes') },
      ])
      expect(await state(machine)).toBe(first)
      await machine.ok(`kill ${pid}; sleep 0.2`)
      await up(sdk, after)
      expect(await state(machine)).toBe(second)
    }))

  test('what a script put up, the SDK changes; a script adds to a lab, and takes nothing away', () =>
    scene(async ({ machine, sdk, first, second }) => {
      const scripts = [before, after].map((plan, i) => machine.file(`${i}.sh`, plan.toBash()))
      expect(await machine.run(`${scripts[0]} up`)).toMatchObject({ code: 0, stderr: '' })
      expect(await state(machine)).toBe(first)
      await up(sdk, after)
      expect(await state(machine)).toBe(second)
      const refused = await machine.run(`${scripts[0]} up`)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(
        /nothing was changed:\n {2}.*lab changing is up by another plan/,
      )
      expect(await state(machine)).toBe(second)
      const more = after.ns('more').ip('10.0.6.2/24').veth().named('changing')
      const adds = machine.file('more.sh', more.toBash())
      expect(await machine.run(`${adds} up`)).toMatchObject({ code: 0, stderr: '' })
      expect(await sdk.preview(more)).toMatchObject({
        value: { steps: [], added: [], removed: [] },
      })
      await up(sdk, after)
      expect(await state(machine)).toBe(second)
      expect(await machine.run(`${scripts[1]} up`)).toMatchObject({ code: 0, stderr: '' })
      expect(await machine.run(`${scripts[0]} down`)).toMatchObject({ code: 0, stderr: '' })
      expect(await machine.run(`${scripts[1]} up`)).toMatchObject({ code: 0, stderr: '' })
      expect(await state(machine)).toBe(second)
      await up(sdk, before)
      expect(await state(machine)).toBe(first)
    }))

  test('what somebody changed by hand, status finds, preview shows, and up mends', () =>
    scene(async ({ machine, sdk, first }) => {
      await up(sdk, before)
      await machine.ok(`
        ip -n moves route del default
        ip -n moves route add default via 10.0.4.9 proto 78
        ip -n keep1 addr del 10.0.2.2/24 dev eth0
        ip -n goes link set eth0 mtu 1300
        ip netns exec moves sysctl -qw net.ipv4.ip_default_ttl=64
        iptables -D FORWARD -o veth-keep0 -m comment --comment netloom:changing -j ACCEPT`)
      const damaged = await state(machine)
      const bad = (await sdk.status(before)).value?.filter((each) => each.state !== 'present') ?? []
      const { value } = await sdk.preview(before)
      expect(value?.drifted.map(({ text, state: word }) => `${word} ${text}`)).toEqual(
        bad.map(({ what, state: word }) => `${word} ${what}`),
      )
      expect(value?.drifted.map(({ state: word }) => word).toSorted()).toEqual([
        ...['absent', 'absent', 'absent', 'absent', 'different', 'different'],
      ])
      expect(value?.text).toContain('changed by hand, and mended:\n')
      expect(await state(machine)).toBe(damaged)
      const done = await up(sdk, before)
      expect(done.toSorted()).toEqual(
        value?.steps.map(({ type, command }) => `${type} ${command}`).toSorted(),
      )
      expect(await state(machine)).toBe(first)
    }))

  test('side effects: what is made again, a shared setting that stays, who is not reached any more', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const lab = base().named('changing')
    const other = net.host('node03').ns('o').ip('10.9.1.2/24').veth().routeBothWays().allowForward()
    const next = net
      .host('node03', { device: 'enp2s0' })
      .ns('keep0')
      .ip('10.0.1.3/24')
      .veth()
      .routeBothWays()
      .ns('keep1')
      .ip('10.0.2.2/24')
      .veth()
      .routeBothWays()
      .named('changing')
    await sdk.status(lab)
    const empty = await machine.digest()
    await up(sdk, lab)
    const alone = (await sdk.preview(next)).value
    await up(sdk, other)
    const { value } = await sdk.preview(next)
    const texts = value?.effects.map(({ kind, text }) => `${kind} ${text}`) ?? []
    expect(texts.slice(0, 2)).toEqual([
      'again route of node03/keep0 to default by 169.254.1.1: goes, and is made again',
      'shared IPv4 forwarding of node03: stays on, lab node03-o needs it, too',
    ])
    expect(texts.slice(2).map((text) => text.replace(/: .*/, ''))).toEqual([
      'reach node03/keep0 reaches node03/keep1 over IPv4 no more',
      'reach node03/keep1 reaches node03/keep0 over IPv4 no more',
    ])
    expect(alone?.effects[1]?.text).toBe(
      'IPv4 forwarding of node03: is turned off, for all of its links',
    )
    expect(value?.text).toMatch(/\n= \d+ kept\nside effects:\n {2}route of /)
    await up(sdk, next)
    expect(await machine.ping('o', '10.9.1.2')).toBe('answers')
    expect(await machine.ok('cat /proc/sys/net/ipv4/ip_forward')).toBe('1')
    for (const plan of [other, next]) expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest()).toBe(empty)
  })

  test('the answer in the guide is what preview() prints', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    const lab = (address: string) =>
      net
        .host()
        .named('demo')
        .ns('a')
        .ip(address)
        .veth()
        .routeBothWays()
        .ns('b')
        .link('a', {
          ip: ['10.0.9.1/30', '10.0.9.2/30'],
        })
    await up(sdk, lab('10.0.1.2/24'))
    const { value } = await sdk.preview(lab('10.0.1.3/24'))
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8')
    const [, answer = ''] =
      /^## Changing a lab that is up$[\s\S]*?\n\n((?: {4}.*\n)+)/m.exec(guide) ?? []
    expect(answer.replace(/^ {4}/gm, '')).toBe(`${value?.text}\n`)
  })
})
