import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { ask as asked, BACK_ENDS } from './back-ends.js'
import { Machine } from './machine.js'
import { DOCKER, DROP } from './plans.js'
import { ask, serve } from './servers.js'

const host = net.host('node03', {
  address: ['100.100.198.250/24', 'fd00:100::250/64'],
  device: 'enp2s0',
})
const HOST = { 4: '100.100.198.250', 6: 'fd00:100::250' } as const
const OTHER = { 4: '100.100.198.1', 6: 'fd00:100::1' } as const

const onPair = host
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .ns('near')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth()
  .routeBothWays()

const onSwitch = host
  .bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'] })
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .attach('br0')
  .routeBothWays()
  .ns('near')
  .ip('10.0.1.3/24', 'fd00:1::3/64')
  .attach('br0')
  .routeBothWays()

/** Where br_netfilter is loaded, as Docker does it, iptables sees what a switch forwards. */
const UNSEEN = `
for file in /proc/sys/net/bridge/bridge-nf-call-ip{,6}tables; do [[ ! -e $file ]] || echo 0 >"$file"; done`

const PORTS = ['8080:80/tcp', '5353:53/udp'] as const
const labs = {
  'a veth pair': { bare: onPair, plan: onPair.at('web').publish(...PORTS) },
  'a switch': { bare: onSwitch, plan: onSwitch.at('web').publish(...PORTS) },
}

/** Who the server sees of each that asks the host. */
function seenBy(shape: keyof typeof labs, family: 4 | 6) {
  if (shape === 'a veth pair') {
    const near = { 4: '10.0.2.2', 6: 'fd00:2::2' }[family]
    return { other: OTHER[family], host: HOST[family], near, web: HOST[family] }
  }
  const gateway = { 4: '10.0.1.1', 6: 'fd00:1::1' }[family]
  return { other: OTHER[family], host: HOST[family], near: gateway, web: gateway }
}

async function holds(machine: Machine, shape: keyof typeof labs): Promise<void> {
  const end = await serve(machine, 'web', 80, 53)
  for (const family of [4, 6] as const) {
    const expected = seenBy(shape, family)
    for (const [protocol, port] of [
      ['tcp', 8080],
      ['udp', 5353],
    ] as const) {
      const seen: Record<string, string> = {}
      for (const from of Object.keys(expected)) {
        seen[from] = await ask(machine, from, protocol, HOST[family], port)
      }
      expect({ protocol, ...seen }).toEqual({ protocol, ...expected })
    }
    // what is not published: another port, and the other protocol
    expect(await ask(machine, 'other', 'tcp', HOST[family], 80)).toBe('refused')
    expect(await ask(machine, 'other', 'tcp', HOST[family], 5353)).toBe('refused')
    expect(await ask(machine, 'other', 'udp', HOST[family], 8080)).toBe('refused')
  }
  await end()
}

test('control: without it nothing is reached', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  expect((await sdk.up(onPair)).error).toBeUndefined()
  const end = await serve(machine, 'web', 80)
  for (const from of ['other', 'host', 'near']) {
    expect(await ask(machine, from, 'tcp', HOST[4], 8080)).toBe('refused')
  }
  expect(await ask(machine, 'host', 'tcp', '10.0.1.2', 80)).toBe(HOST[4])
  await end()
})

describe.each(BACK_ENDS)('with the %s back end', (back) => {
  test.each([
    ['a veth pair', 'a FORWARD that drops', DROP],
    ['a switch', 'a FORWARD that drops', DROP],
    ['a veth pair', "Docker's chains", `${DOCKER}; ip6tables -P FORWARD DROP`],
    ['a switch', 'frames that FORWARD does not see', `${DROP}${UNSEEN}`],
    ['a switch', "Docker's chains", DOCKER],
    ['a switch', 'a rule that drops', 'iptables -A FORWARD -j DROP; ip6tables -A FORWARD -j DROP'],
  ] as const)(
    '%s and %s: all reach it, and down leaves all byte for byte',
    async (shape, _, setup) => {
      await using machine = await Machine.open()
      const { call, env } = await asked(machine, back)
      await machine.ok(`PATH=${call.PATH}\n${setup}`)
      await using sdk = machine.sdk()
      const { plan } = labs[shape]
      const script = machine.file('lab.sh', plan.toBash())
      await sdk.status(plan)
      const before = await machine.digest()

      expect((await sdk.up(plan, call)).error).toBeUndefined()
      await holds(machine, shape)
      const again = await sdk.up(plan, call)
      expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
      const status = (await sdk.status(plan, { PATH: call.PATH })).value ?? []
      expect(status.filter(({ state }) => state !== 'present')).toEqual([])
      expect(status.filter(({ kind }) => kind === 'publish')).toHaveLength(4)
      expect((await sdk.down(plan, { PATH: call.PATH })).error).toBeUndefined()
      expect(await machine.digest()).toBe(before)

      expect(await machine.run(`${env} ${script} up`)).toMatchObject({ code: 0, stderr: '' })
      await holds(machine, shape)
      expect(await machine.run(`${env} ${script} status`)).toMatchObject({ code: 0 })
      expect(await machine.run(`${env} ${script} down`)).toMatchObject({
        code: 0,
        stderr: '',
      })
      expect(await machine.digest()).toBe(before)
    },
  )
})

test('ranges, and ports at one address of the host', async () => {
  await using machine = await Machine.open({
    setup: `${DROP}; ip addr add 192.0.2.9/32 dev enp2s0`,
  })
  await using sdk = machine.sdk()
  const plan: Plan = onPair
    .at('web')
    .publish('8000-8002', '9000-9001:8000-8001', '192.0.2.9:70:8002')
  const before = await machine.digest()
  expect((await sdk.up(plan)).error).toBeUndefined()
  const end = await serve(machine, 'web', 8000, 8001, 8002)
  const from = (port: number, address: string = HOST[4]) =>
    ask(machine, 'host', 'tcp', address, port)
  for (const port of [8000, 8002, 9000, 9001]) expect(await from(port)).toBe(HOST[4])
  for (const port of [8003, 9002, 70]) expect(await from(port)).toBe('refused')
  expect(await from(70, '192.0.2.9')).toBe('192.0.2.9')
  await end()
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('a server of the host at 127.0.0.1 and the same port stays what it is', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const { plan } = labs['a veth pair']
  expect((await sdk.up(plan)).error).toBeUndefined()
  // in the namespace of the machine itself
  await machine.ok('ip netns attach here $$')
  const end = await serve(machine, 'here', 8080)
  expect(await ask(machine, 'host', 'tcp', '127.0.0.1', 8080)).toBe('127.0.0.1')
  expect(await ask(machine, 'host', 'tcp', '::1', 8080)).toBe('::1')
  await end()
})

test('only what was led there passes: the namespace begins nothing, and nobody goes past the host', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const { plan } = labs['a veth pair']
  expect((await sdk.up(plan)).error).toBeUndefined()
  await machine.ok('nsenter -t "$peer" -n ip route add 10.0.1.0/24 via 100.100.198.250')
  const end = await serve(machine, 'web', 80)
  expect(await ask(machine, 'other', 'tcp', HOST[4], 8080)).toBe(OTHER[4])
  expect(await ask(machine, 'other', 'tcp', '10.0.1.2', 80)).toBe('lost')
  expect(await machine.ping('web', OTHER[4])).toBe('lost')
  await end()
})

test('a firewall that was flushed under the lab is told, and up puts the rules back', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const { plan } = labs['a veth pair']
  await sdk.up(plan)
  await machine.ok('iptables -t nat -F')
  const status = (await sdk.status(plan)).value ?? []
  expect(
    status.flatMap(({ what, state }) => (state === 'present' ? [] : [`${state} ${what}`])),
  ).toEqual([
    'different port 8080/tcp of node03, which leads to 10.0.1.2:80',
    'absent port 5353/udp of node03, which leads to 10.0.1.2:53',
  ])
  expect((await sdk.up(plan)).error).toBeUndefined()
  await holds(machine, 'a veth pair')
})

test('explain reads its rules back, on the plan and on the kernel', async () => {
  const other = { address: '100.100.198.1/24', device: 'enp2s0' }
  const plan: Plan = labs['a switch'].plan.host('client', other)
  await using lab = await plan.up({ sandbox: true })
  for (const from of ['client', 'near', 'web', 'node03']) {
    const question = { protocol: 'tcp', port: 8080 } as const
    expect(plan.explain(from, HOST[4], question).reachability).toBe('REACHABLE')
    const { cause } = await lab.explain(from, HOST[4], question)
    expect(cause).toMatchObject({ code: 'NO_LISTENER', node: 'node03/web' })
  }
})
