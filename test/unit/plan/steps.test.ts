import { describe, expect, test } from 'vitest'
import { net, type Plan, type Step } from '../../../src/index.js'
import { labOf } from '../../../src/plan/lab.js'
import { dualStack, everyCall, NODE03, s3 } from './fixtures.js'

const lines = (plan: Plan, host?: string) =>
  plan
    .commands()
    .filter((step) => host === undefined || step.host === host)
    .map(({ argv }) => argv.join(' ').replaceAll(/address (?:..:){5}.. /g, 'address MAC '))

describe('the steps', () => {
  test('of scenario S3 are those of the tutorial, in modern commands', () => {
    const { group } = labOf(s3().toJSON())
    const mark = 'netloom:node03-node02-demo01'
    const of = (i: number) => [
      `ip netns add demo0${i}`,
      `ip -n demo0${i} link set dev lo group ${group} up`,
      `ip link add dev vethhost0${i} address MAC group ${group} type veth peer name vethdemo0${i} address MAC netns demo0${i}`,
      `ip link set dev vethhost0${i} up`,
      `ip -n demo0${i} link set dev vethdemo0${i} up`,
      `ip -n demo0${i} addr add 10.0.${i}.2/24 dev vethdemo0${i}`,
      `ip -n demo0${i} route add default via 100.100.198.250 dev vethdemo0${i} proto 78 onlink`,
      `ip route add 10.0.${i}.2/32 dev vethhost0${i} proto 78`,
      ...(i === 1 ? ['sysctl -w net.ipv4.ip_forward=1'] : []),
      `iptables -w 5 -t filter -A FORWARD -o vethhost0${i} -m comment --comment ${mark} -j ACCEPT`,
      `iptables -w 5 -t filter -A FORWARD -i vethhost0${i} -m comment --comment ${mark} -j ACCEPT`,
    ]
    expect(lines(s3(), 'node03')).toEqual([...of(1), ...of(2)])
    expect(lines(s3(), 'node02')).toEqual([
      'ip route add 10.0.1.2/32 via 100.100.198.250 proto 78',
      'ip route add 10.0.2.2/32 via 100.100.198.250 proto 78',
    ])
  })

  test('of a dual stack on a host without an address: gateways on the host end', () => {
    const mark = 'netloom:host-web'
    expect(lines(dualStack()).slice(5)).toEqual([
      'ip -n web addr add 10.0.1.2/24 dev eth0',
      'ip -n web addr add fd00:1::2/64 dev eth0 nodad',
      'ip addr add 169.254.1.1/32 dev veth-web',
      'ip -n web route add default via 169.254.1.1 dev eth0 proto 78 onlink',
      'ip addr add fe80::1/64 dev veth-web nodad',
      'ip -n web route add default via fe80::1 dev eth0 proto 78',
      'ip route add 10.0.1.2/32 dev veth-web proto 78',
      'ip route add fd00:1::2/128 dev veth-web proto 78',
      'sysctl -w net.ipv4.ip_forward=1',
      `iptables -w 5 -t filter -A FORWARD -o veth-web -m comment --comment ${mark} -j ACCEPT`,
      `iptables -w 5 -t filter -A FORWARD -i veth-web -m comment --comment ${mark} -j ACCEPT`,
      'sysctl -w net.ipv6.conf.all.forwarding=1',
      `ip6tables -w 5 -t filter -A FORWARD -o veth-web -m comment --comment ${mark} -j ACCEPT`,
      `ip6tables -w 5 -t filter -A FORWARD -i veth-web -m comment --comment ${mark} -j ACCEPT`,
    ])
  })

  test('IPv6 goes by the link-local gateway even where the host declares an IPv6 address', () => {
    const plan = net
      .host('a', { address: ['192.0.2.1/24', 'fd00:9::1/64'] })
      .ns('n')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .routeBothWays()
    const routes = lines(plan).filter((line) => line.includes(' default '))
    expect(routes).toEqual([
      'ip -n n route add default via 192.0.2.1 dev eth0 proto 78 onlink',
      'ip -n n route add default via fe80::1 dev eth0 proto 78',
    ])
    expect(lines(plan)).not.toContain('ip addr add 169.254.1.1/32 dev veth-n')
  })

  test('a host that declares only IPv6 has the IPv4 gateway on the host end', () => {
    const plan = net
      .host('a', { address: 'fd00:9::1/64' })
      .ns('n')
      .ip('10.0.1.2/24')
      .veth()
      .routeBothWays()
    expect(lines(plan)).toContain(
      'ip -n n route add default via 169.254.1.1 dev eth0 proto 78 onlink',
    )
  })

  test('each knows its host, its namespace, its call, why, and how it is undone', () => {
    const steps = s3().commands()
    expect(steps[0]).toEqual({
      host: 'node03',
      namespace: undefined,
      argv: ['ip', 'netns', 'add', 'demo01'],
      undo: { argv: ['ip', 'netns', 'del', 'demo01'] },
      call: "ns('demo01')",
      why: 'a namespace: interfaces, routes and rules of its own',
    })
    expect(steps[1]).toMatchObject({ namespace: 'demo01', undo: { with: 'namespace demo01' } })
    expect(new Set(steps.map(({ call }) => call))).toEqual(
      new Set([
        "ns('demo01')",
        "veth('vethhost01', 'vethdemo01')",
        "ip('10.0.1.2/24')",
        'routeBothWays()',
        'allowForward()',
        "ns('demo02')",
        "veth('vethhost02', 'vethdemo02')",
        "ip('10.0.2.2/24')",
        "routeTo('demo01', 'demo02')",
      ]),
    )
  })

  test('the undo of a rule is the rule with -D, the undo of a route names no more than it made', () => {
    const undo = s3()
      .commands()
      .flatMap((step) =>
        'argv' in step.undo ? [[step.argv.join(' '), step.undo.argv.join(' ')]] : [],
      )
    for (const [done = '', undone = ''] of undo) {
      if (done.startsWith('iptables')) expect(undone).toBe(done.replace(' -A ', ' -D '))
      if (done.startsWith('ip route')) expect(undone).toBe(done.replace(' add ', ' del '))
    }
    expect(undo).toHaveLength(2 + 2 + 2 + 4 + 2)
  })

  test('forwarding stands once on a host, however many calls need it', () => {
    const settings = lines(s3()).filter((line) => line.startsWith('sysctl'))
    expect(settings).toEqual(['sysctl -w net.ipv4.ip_forward=1'])
  })

  test('the same place keeps its MAC while the plan around it changes; another lab has others', () => {
    const macs = (plan: Plan) =>
      plan.commands().flatMap(({ argv }) => argv.filter((word) => /^(..:){5}..$/.test(word)))
    const one = net.host('node03', NODE03).ns('demo01').veth()
    const two = one.ip('10.0.1.2/24').ns('demo02').veth()
    expect(macs(two).slice(0, 2)).toEqual(macs(one))
    expect(new Set(macs(two)).size).toBe(4)
    expect(macs(one.named('other')).filter((mac) => macs(one).includes(mac))).toEqual([])
  })

  test('whoever writes into what was given out changes no plan', () => {
    const plan = s3()
    const before = JSON.stringify(plan.commands())
    const step = plan.commands()[0] as Step
    expect(Object.isFrozen(step)).toBe(true)
    ;(step.argv as string[]).push('; reboot')
    expect(JSON.stringify(plan.commands())).toBe(before)
  })

  test('of a switch: the port is made behind its pair, and the addresses behind both', () => {
    expect(lines(everyCall['a switch with all options, and one without']()).slice(0, 20)).toEqual([
      expect.stringMatching(
        /^ip link add dev br0 address MAC group \d+ type bridge stp_state 1 forward_delay 200$/,
      ),
      'ip link set dev br0 mtu 9000',
      'ip link set dev br0 up',
      'ip addr add 10.0.1.1/24 dev br0',
      'ip addr add fd00:1::1/64 dev br0 nodad',
      expect.stringMatching(/^ip addr add fe80::[0-9a-f:]+\/64 dev br0 nodad$/),
      expect.stringMatching(/^ip link add dev br1 address MAC group \d+ type bridge$/),
      'ip link set dev br1 up',
      expect.stringMatching(/^ip link add dev br2 address MAC group \d+ type bridge$/),
      'ip link set dev br2 up',
      'ip addr add 10.0.2.1/24 dev br2',
      'ip netns add a',
      expect.stringMatching(/^ip -n a link set dev lo group \d+ up$/),
      expect.stringMatching(
        /^ip link add dev veth-a address MAC mtu 9000 group \d+ type veth peer name eth0 address MAC mtu 9000 netns a$/,
      ),
      'ip link set dev veth-a up',
      'ip -n a link set dev eth0 up',
      'ip link set dev veth-a master br0',
      'ip link set dev veth-a type bridge_slave isolated on',
      'ip -n a addr add 10.0.1.2/24 dev eth0',
      'ip -n a addr add fd00:1::2/64 dev eth0 nodad',
    ])
  })

  test('of a namespace are undone with it, those of the host by a command', () => {
    const undo = (make: () => Plan) =>
      make()
        .commands()
        .map(({ argv, undo }) => [argv.join(' '), 'argv' in undo ? undo.argv.join(' ') : undo.with])
    for (const [done = '', undone = ''] of undo(everyCall['routers, routes, rules and settings'])) {
      if (/^ip (?:-6 )?-n r (?:route|rule)|sysctl/.test(done)) expect(undone).toBe('namespace r')
    }
    for (const [done = '', undone = ''] of undo(everyCall['pairs and links with all options'])) {
      if (done.includes('netns a group')) expect(undone).toBe('namespace a')
    }
    const switched = undo(everyCall['a switch with all options, and one without'])
    const of = (words: string) => switched.find(([done]) => done?.startsWith(words))?.[1]
    expect(of('ip link add dev br0')).toBe('ip link del dev br0')
    expect(of('ip addr add 10.0.1.1/24 dev br0')).toBe('link br0')
    expect(of('ip link set dev veth-a master')).toBe('link veth-a')
  })

  test('MACs are of the lab, and those that are given are taken as they are', () => {
    const macs = (plan: Plan) =>
      plan.commands().flatMap(({ argv }) => argv.filter((word) => /^(..:){5}..$/.test(word)))
    const plan = net.host('h').bridge('br0').ns('b').ns('a').link('b')
    expect(new Set(macs(plan)).size).toBe(3)
    expect(macs(plan.named('other')).filter((mac) => macs(plan).includes(mac))).toEqual([])
    const given = net
      .host('h')
      .ns('b')
      .ns('a')
      .link('b', {
        ...{ mac: '02:00:00:00:00:01', peerMac: '02:00:00:00:00:02' },
      })
    expect(macs(given)).toEqual(['02:00:00:00:00:01', '02:00:00:00:00:02'])
  })
})
