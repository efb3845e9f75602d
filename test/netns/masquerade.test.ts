import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { ask, BACK_ENDS } from './back-ends.js'
import { Machine } from './machine.js'
import { DOCKER, DROP } from './plans.js'
import { words } from './words.js'

const inside = net
  .host('node03', { address: ['100.100.198.250/24', 'fd00:100::250/64'], device: 'enp2s0' })
  .ns('a')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .allowForward()

const plan = inside.masquerade()

/** The gateway of the machine, which has no route to any namespace, counts who asks it. */
const WATCH = `
nsenter -t "$peer" -n nft -f - <<END
table inet watch {
  chain input {
    type filter hook input priority 0
    ip saddr 100.100.198.250 icmp type echo-request counter comment "host4"
    ip saddr 10.0.0.0/8 counter comment "namespace4"
    ip6 saddr fd00:100::250 icmpv6 type echo-request counter comment "host6"
    ip6 saddr fd00:1::/64 counter comment "namespace6"
  }
}
END`

/** How often each of them asked. */
async function seen(machine: Machine): Promise<Record<string, number>> {
  const rules = await machine.ok('nsenter -t "$peer" -n nft list chain inet watch input')
  const counted = rules.matchAll(/counter packets (\d+) .* comment "(\w+)"/g)
  return Object.fromEntries([...counted].map(([, packets, who]) => [who, Number(packets)]))
}

const GATEWAYS = ['100.100.198.1', 'fd00:100::1']

async function pings(machine: Machine): Promise<string[]> {
  const all: string[] = []
  for (const to of GATEWAYS) all.push(await machine.ping('a', to))
  return all
}

test('control: without it the question arrives, and no answer finds back', async () => {
  await using machine = await Machine.open({ setup: `${DROP}${WATCH}` })
  await using sdk = machine.sdk()
  expect((await sdk.up(inside)).error).toBeUndefined()
  expect(await pings(machine)).toEqual(['lost', 'lost'])
  expect(await seen(machine)).toMatchObject({ host4: 0, namespace4: 1, host6: 0, namespace6: 1 })
})

describe.each(BACK_ENDS)('with the %s back end', (back) => {
  test.each([
    ['a FORWARD that drops', DROP],
    ["Docker's chains", DOCKER],
    [
      'rules of others in the table nat',
      `${DROP}; iptables -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE`,
    ],
  ])('%s: the other side sees the host, and down leaves all byte for byte', async (_, setup) => {
    await using machine = await Machine.open()
    const { call, env } = await ask(machine, back)
    await machine.ok(`PATH=${call.PATH}\n${setup}${WATCH}`)
    await using sdk = machine.sdk()
    const script = machine.file('lab.sh', plan.toBash())
    await sdk.status(plan)
    const before = await machine.digest()
    const holds = async (times: number) => {
      expect(await pings(machine)).toEqual(['answers', 'answers'])
      const counts = { host4: times, namespace4: 0, host6: times, namespace6: 0 }
      expect(await seen(machine)).toEqual(counts)
    }

    expect((await sdk.up(plan, call)).error).toBeUndefined()
    await holds(1)
    const again = await sdk.up(plan, call)
    expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
    // C37: however often it is made, it is there once
    const rules = await machine.ok(
      back === 'nft'
        ? 'nft list table ip netloom-node03-a'
        : `PATH=${call.PATH} iptables -t nat -S POSTROUTING`,
    )
    const ours = back === 'nft' ? /masquerade .*netloom:/g : /netloom:.* -j MASQUERADE/g
    expect(rules.match(ours)).toHaveLength(1)
    expect((await sdk.down(plan, { PATH: call.PATH })).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)

    expect(await machine.run(`${env} ${script} up`)).toMatchObject({ code: 0, stderr: '' })
    await holds(2)
    expect(await machine.run(`${env} ${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })
})

test('C40: a firewall that was flushed under the lab is told, and up puts the rules back', async () => {
  await using machine = await Machine.open({ setup: `${DROP}${WATCH}` })
  await using sdk = machine.sdk()
  await sdk.up(plan)
  await machine.ok('iptables -F; iptables -t nat -F')
  expect(
    words((await sdk.status(plan)).value)?.filter((line) => !line.startsWith('present')),
  ).toEqual([
    'absent rule of node03: forward IPv4 to veth-a',
    'absent rule of node03: forward IPv4 from veth-a',
    'absent masquerade of node03: 10.0.1.0/24 by enp2s0',
  ])
  expect(await machine.ping('a', '100.100.198.1')).toBe('lost')
  expect((await sdk.up(plan)).error).toBeUndefined()
  expect(await pings(machine)).toEqual(['answers', 'answers'])
})

test('an interface that the host has not is refused, and nothing is changed', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const other: Plan = inside.masquerade({ via: 'wan0' })
  const script = machine.file('lab.sh', other.toBash())
  await sdk.status(other)
  const before = await machine.digest()
  const { error } = await sdk.up(other)
  expect(error).toMatchObject({ code: 'PREFLIGHT' })
  expect(error?.findings.map(({ message }) => message)).toEqual([
    'there is no interface wan0 by which anything could leave',
    'there is no interface wan0 by which anything could leave',
  ])
  const { code, stderr } = await machine.run(`${script} up`)
  expect([code, stderr]).toEqual([1, expect.stringContaining('there is no interface wan0')])
  expect(await machine.digest()).toBe(before)
})

test('two labs: the table goes with the last one that needs it', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const second = net
    .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
    .named('second')
    .ns('b')
    .ip('10.0.2.2/24')
    .veth()
    .routeBothWays()
    .allowForward()
    .masquerade()
  await sdk.status(plan)
  const before = await machine.digest()
  for (const each of [plan, second]) expect((await sdk.up(each)).error).toBeUndefined()
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.ping('b', '100.100.198.1')).toBe('answers')
  expect((await sdk.down(second)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('other parts of the lab see the namespaces by their own addresses, whenever the way there is told', async () => {
  const two = (late: boolean) => {
    const here = net
      .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
      .ns('a')
      .ip('10.0.1.2/24')
      .veth()
      .routeBothWays()
      .allowForward()
    const there = (late ? here.masquerade() : here)
      .host('node02', { address: '100.100.198.253/24', device: 'enp2s0' })
      .ns('b')
      .ip('10.0.2.2/24')
      .veth()
      .routeBothWays()
      .allowForward()
      .routeTo('a')
      .host('node03')
      .routeTo('b')
    return late ? there : there.at('a').masquerade()
  }
  for (const late of [false, true]) {
    await using lab = await two(late).up({ sandbox: true })
    await lab.ns('b').$`nft -f - << ${'END'}
table ip watch {
  chain input {
    type filter hook input priority 0
    icmp type echo-request ip saddr 10.0.1.2 counter
  }
}
END`
    await lab.ns('a').$`ping -c1 -W2 10.0.2.2`
    const { stdout } = await lab.ns('b').$`nft list chain ip watch input`
    expect(stdout).toContain('ip saddr 10.0.1.2 counter packets 1 ')
    // and what is no part of the lab sees the host
    await lab.ns('a').$`ping -c1 -W2 100.100.198.253`
  }
})
