import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Machine } from './machine.js'
import { DROP, s2, s2WithoutHostAddress } from './plans.js'
import { scriptWithoutNode } from './without-node.js'

/** Every way of the second scenario, over both families. */
const WAYS: readonly [from: string, to: string][] = [
  ['', '10.0.1.2'],
  ['', '10.0.2.2'],
  ['demo01', '100.100.198.250'],
  ['demo02', '100.100.198.250'],
  ['demo01', '10.0.2.2'],
  ['demo02', '10.0.1.2'],
  ['', 'fd00:1::2'],
  ['', 'fd00:2::2'],
  ['demo01', 'fd00:100::250'],
  ['demo02', 'fd00:100::250'],
  ['demo01', 'fd00:2::2'],
  ['demo02', 'fd00:1::2'],
]

async function answers(machine: Machine): Promise<string[]> {
  const all: string[] = []
  for (const [from, to] of WAYS) all.push(`${from} ${to} ${await machine.ping(from, to)}`)
  return all
}

const allAnswer = WAYS.map(([from, to]) => `${from} ${to} answers`)

describe('S2 with a FORWARD policy of DROP', () => {
  test.each([
    ['a host that declares its addresses', s2],
    ['a host that declares none', s2WithoutHostAddress],
  ])('all ways answer, and down leaves the machine byte for byte: the SDK, %s', async (_, plan) => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(plan)
    const before = await machine.digest()
    expect((await sdk.up(plan)).error).toBeUndefined()
    expect(await answers(machine)).toEqual(allAnswer)
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test.each([
    ['a host that declares its addresses', s2],
    ['a host that declares none', s2WithoutHostAddress],
  ])('the same of the exported script alone, without node in reach: %s', async (_, plan) => {
    await using machine = await Machine.open({ setup: DROP })
    const script = await scriptWithoutNode(machine, plan)
    const before = await machine.digest()
    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    expect(await answers(machine)).toEqual(allAnswer)
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })

  test('control: without accept rules the namespaces do not reach each other, the host reaches both', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await machine.ok('echo 1 >/proc/sys/net/ipv4/ip_forward')
    await using sdk = machine.sdk()
    const plan = net
      .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
      .each([1, 2], (host, i) =>
        host.ns(`demo0${i}`).ip(`10.0.${i}.2/24`).veth(`vethhost0${i}`).routeBothWays(),
      )
    expect((await sdk.up(plan)).error).toBeUndefined()
    expect(await machine.ping('', '10.0.1.2')).toBe('answers')
    expect(await machine.ping('', '10.0.2.2')).toBe('answers')
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('lost')
  })

  test("control: with the direction 'out' of demo01 and 'in' of demo02 the request passes and the reply is lost", async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const plan = net
      .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
      .ns('demo01')
      .ip('10.0.1.2/24')
      .veth('vethhost01')
      .routeBothWays()
      .ns('demo02')
      .ip('10.0.2.2/24')
      .veth('vethhost02')
      .routeBothWays()
      .allowForward({ direction: 'in' })
    const before = await machine.digest('processes')
    expect((await sdk.up(plan)).error).toBeUndefined()
    await machine.ok(`ip netns exec demo02 nft -f - <<'END'
table ip seen {
  chain input {
    type filter hook input priority 0
    icmp type echo-request counter
  }
}
END`)
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('lost')
    expect(await machine.ok('ip netns exec demo02 nft list table ip seen')).toContain('packets 1 ')
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
  })
})

describe('down leaves a machine as it was', () => {
  test.each([
    ['that has no nft table at all', ''],
    ['that has a table with rules of its own', 'iptables -A INPUT -p udp --dport 9 -j DROP'],
    ['that forwards IPv4 already', 'echo 1 >/proc/sys/net/ipv4/ip_forward'],
  ])('%s: by the SDK', async (_, setup) => {
    await using machine = await Machine.open({ setup })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const before = await machine.digest()
    expect((await sdk.up(s2)).error).toBeUndefined()
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test.each([
    ['that has no nft table at all', ''],
    ['that has an empty table', 'nft add table ip filter'],
    ['that forwards IPv6 already', 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'],
    ['whose uplink alone forwards', 'echo 1 >/proc/sys/net/ipv4/conf/enp2s0/forwarding'],
    ['that takes no redirects', 'echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects'],
  ])('%s: by the script', async (_, setup) => {
    await using machine = await Machine.open({ setup })
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()
    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.ping('demo01', 'fd00:2::2')).toBe('answers')
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })
})
