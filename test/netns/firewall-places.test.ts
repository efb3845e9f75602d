import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { Agent } from './agent.js'
import { ask as asked, BACK_ENDS } from './back-ends.js'
import { whole } from './fronts.js'
import { hops } from './hops.js'
import { Machine } from './machine.js'
import { installedCopy } from './package.js'
import { DROP } from './plans.js'
import { ask, serve } from './servers.js'

const by = 'the SDK'
const FAMILIES = [4, 6] as const

const host = net.host('node03', {
  address: ['100.100.198.250/24', 'fd00:100::250/64'],
  device: 'enp2s0',
})
const HOST = { 4: '100.100.198.250', 6: 'fd00:100::250' } as const
const OTHER = { 4: '100.100.198.1', 6: 'fd00:100::1' } as const

const web = host.ns('web').ip('10.0.1.2/24', 'fd00:1::2/64').veth().routeBothWays()

/** What comes of a question over IPv4, then over IPv6. */
async function both(
  machine: Machine,
  from: string,
  to: Readonly<Record<4 | 6, string>>,
  what: 'ping' | `${'tcp' | 'udp'} ${number}`,
): Promise<readonly string[]> {
  const said: string[] = []
  const [protocol, port] = what.split(' ')
  for (const family of FAMILIES) {
    said.push(
      protocol === 'ping'
        ? await machine.ping(from, to[family])
        : await ask(machine, from, protocol as 'tcp' | 'udp', to[family], Number(port)),
    )
  }
  return said
}

const LOST = ['lost', 'lost']
const OPEN = ['iptables', 'ip6tables'].map((tool) => `${tool} -I FORWARD -j ACCEPT`).join('; ')

describe.each(BACK_ENDS)('a host that drops, with the %s back end', (back) => {
  const published = web.publish('8080:80/tcp', '5353:53/udp').host('node03')

  test('published ports stay reachable', () =>
    whole({ by, back, plan: published.policy('deny'), setup: DROP }, async (machine) => {
      const end = await serve(machine, 'web', 80, 53)
      for (const what of ['tcp 8080', 'udp 5353'] as const) {
        expect(await both(machine, 'other', HOST, what)).toEqual(Object.values(OTHER))
      }
      // the namespace itself begins nothing
      expect(await both(machine, 'web', HOST, 'ping')).toEqual(LOST)
      expect(await both(machine, 'web', OTHER, 'ping')).toEqual(LOST)
      await end()
    }))

  test('a deny() closes a published port, by the port of the namespace that it leads to', () => {
    const plan = published.deny({ to: 'web', protocol: 'tcp', port: 80 }).policy('deny')
    return whole({ by, back, plan, setup: DROP }, async (machine) => {
      const end = await serve(machine, 'web', 80, 53)
      expect(await both(machine, 'other', HOST, 'tcp 8080')).toEqual(LOST)
      expect(await both(machine, 'other', HOST, 'udp 5353')).toEqual(Object.values(OTHER))
      await end()
    })
  })

  test('what is allowed is translated', () => {
    const plan = web
      .allowForward()
      .masquerade()
      .host('node03')
      .allow({ from: 'web', protocol: 'icmp' })
      .allow({ from: 'web', protocol: 'tcp', port: 80 })
      .policy('deny')
    return whole({ by, back, plan, setup: DROP }, async (machine) => {
      // who answers has no way to the namespace: it sees the host
      expect(await both(machine, 'web', OTHER, 'ping')).toEqual(['answers', 'answers'])
      // there is no server: what passes is refused
      expect(await both(machine, 'web', OTHER, 'tcp 80')).toEqual(['refused', 'refused'])
      expect(await both(machine, 'web', OTHER, 'tcp 81')).toEqual(LOST)
    })
  })

  const onSwitch = host
    .bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'] })
    .ns('a')
    .ip('10.0.1.2/24', 'fd00:1::2/64')
    .attach('br0')
    .routeBothWays()
    .allowForward()
    .ns('b')
    .ip('10.0.1.3/24', 'fd00:1::3/64')
    .attach('br0')
    .ns('c')
    .ip('10.0.2.2/24', 'fd00:2::2/64')
    .veth()
    .routeBothWays()
    .allowForward()
    .host('node03')

  const denied = onSwitch.deny({ from: '10.0.1.0/24' }).deny({ from: 'fd00:1::/64' })

  test.each([
    ['policy()', 'a FORWARD that drops', DROP, onSwitch.policy('deny')],
    ['policy()', 'a FORWARD that accepts', OPEN, onSwitch.policy('deny')],
    ['deny() of the whole network', 'a FORWARD that drops', DROP, denied],
  ] as const)(
    '%s cuts what is routed, and not what goes from port to port, with %s',
    (_, _forward, setup, plan) =>
      whole({ by, back, plan, setup }, async (machine) => {
        // else what is switched would not be asked, and the test would prove nothing
        expect(await machine.ok('cat /proc/sys/net/bridge/bridge-nf-call-ip{,6}tables')).toBe(
          '1\n1',
        )
        for (const to of ['10.0.1.3', 'fd00:1::3']) {
          expect([to, await hops(machine, 'a', to)]).toEqual([to, 'ttl=64'])
        }
        for (const to of ['10.0.1.1', 'fd00:1::1', '10.0.2.2', 'fd00:2::2']) {
          expect([to, await hops(machine, 'a', to)]).toEqual([to, 'lost'])
        }
      }),
  )
})

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

const sandboxed: Plan = web
  .allowForward()
  .ns('db')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth()
  .routeBothWays()
  .allowForward()
  .allow({ from: 'web', protocol: 'tcp', port: ['80', '82'] })
  .policy('deny')
  .host('node03')
  .deny({ from: 'web', to: 'db', port: 82 })
  .deny({ from: 'db', to: 'node03' })

/** Nobody listens: what passes is refused at once. */
const QUESTIONS = [
  ['web', '10.0.2.2 80', 'passes'],
  ['web', 'fd00:2::2 80', 'passes'],
  ['web', '10.0.2.2 81', 'lost'],
  ['web', 'fd00:2::2 81', 'lost'],
  // allowed there, and denied by the host between
  ['web', '10.0.2.2 82', 'lost'],
  ['web', 'fd00:2::2 82', 'lost'],
  ['web', '100.100.198.250 80', 'passes'],
  ['db', '100.100.198.250 80', 'lost'],
  ['db', '10.0.1.2 80', 'passes'],
] as const

describe.each(BACK_ENDS)('in a sandbox of a user without rights, with the %s back end', (back) => {
  test('rules of a namespace and of the host hold; the machine outside stays as it was', async () => {
    await using machine = await Machine.open()
    const { call } = await asked(machine, back)
    await machine.ok(`chmod 755 ${machine.folder}`)
    using copy = installedCopy()
    const node = [...nobody, 'env', `PATH=${call.PATH}`, process.execPath]
    await using sdk = new Agent([...machine.enter, ...node], copy.folder)
    await sdk.status(sandboxed)
    const before = await machine.digest()
    const options = { ...call.options, sandbox: true }
    const { error } = await sdk.up(sandboxed, { options })
    expect(error).toBeUndefined()
    const said: unknown[] = []
    for (const [ns, to] of QUESTIONS) {
      const script = `timeout 1 bash -c 'exec 3<>/dev/tcp/${to.replace(' ', '/')}' 2>/dev/null`
      const { value } = await sdk.shell({ ns, script })
      said.push([ns, to, value?.exitCode === 124 ? 'lost' : 'passes'])
    }
    expect(said).toEqual(QUESTIONS)
    const states = (await sdk.runningStatus()).value?.map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['present']))
    expect((await sdk.runningDown()).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })
})
