import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect } from '../../src/explain/live/collect.js'
import { askRoutes } from '../../src/explain/live/route-get.js'
import type { NodeState } from '../../src/state/state.js'
import { hide } from './hide.js'
import { Machine } from './machine.js'
import type { ToRead, WasRead } from './reading.js'

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const root = join(import.meta.dirname, '../..')
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-reading-'))
  chmodSync(folder, 0o755)
  cpSync(join(root, 'node_modules/zx'), join(folder, 'node_modules/zx'), { recursive: true })
  await build({
    entryPoints: [join(import.meta.dirname, 'reading.ts')],
    outfile: join(folder, 'reading.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['zx'],
    banner: {
      js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url)",
    },
    loader: { '.bash': 'text', '.pl': 'text' },
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Reads a sandbox that a program of a user makes on a machine. */
async function read(machine: Machine, as: readonly string[], what: ToRead): Promise<WasRead> {
  const [command = '', ...words] = [...machine.enter, ...as, process.execPath]
  const child = spawn(command, [...words, join(folder, 'reading.mjs')], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(what))
  return JSON.parse(await text(child.stdout))
}

/** A bridge with `a` and `b`, which have a pair between them too, and all kinds of routes, rules and neighbours. */
const LAB = `
ip netns add a
ip netns add b
ip -n a link set dev lo up
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip -batch - <<END
link add dev br0 type bridge nf_call_iptables 1
link add dev va type veth peer name eth0 netns a
link add dev vb type veth peer name eth0 netns b
link add dev x.1 type veth peer name x.2
link set dev va master br0 up
link set dev vb master br0 up
link set dev vb type bridge_slave isolated on
link set dev br0 up group 77
addr add 10.0.0.1/24 dev br0
addr add fd00::1/64 dev br0 nodad
route add blackhole 10.9.0.0/16
route add prohibit 10.8.0.0/16 table 100
route add 10.7.0.0/16 via 10.0.0.9 dev br0 metric 7 proto 78
route add 10.6.0.0/16 via 192.0.2.1 dev br0 onlink
neigh add 10.0.0.50 lladdr 02:00:00:00:00:01 dev br0
neigh add proxy 10.0.0.60 dev br0
rule add from 10.0.0.2 lookup 100 pref 50
rule add fwmark 0x1/0xff unreachable pref 51
END
ip -6 -batch - <<END
route add unreachable fd09::/64
rule add to fd10::/64 prohibit pref 40
END
ip -n a -batch - <<END
link add dev ab type veth peer name ba netns b
link set dev eth0 up
link set dev ab up
addr add 10.0.0.2/24 dev eth0
route add default via 10.0.0.1
END
ip -n b link set dev eth0 up
ip -n b addr add 10.0.0.3/24 dev eth0
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 2 >/proc/sys/net/ipv4/conf/va/rp_filter
echo 1 >/proc/sys/net/ipv4/conf/x.1/arp_ignore
ip netns exec a bash -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
iptables -A FORWARD -j ACCEPT
ip netns exec b iptables-legacy -A INPUT -j ACCEPT
ip netns exec b ip6tables-legacy -A INPUT -j ACCEPT
`

const NAMESPACES = ['a', 'b']

/** What the lab says, not what the kernel adds by itself. */
const own = ({ routes }: NodeState) =>
  routes.filter(({ protocol }) => protocol !== 'kernel').map(({ scope: _, ...route }) => route)

const links = ({ links }: NodeState) =>
  links.map(({ name, peer }) =>
    peer === undefined ? name : `${name} -> ${peer.node ?? '?'} ${peer.link}`,
  )

describe.each([
  ['root', []],
  ['a user without rights', nobody],
])('what is read of a sandbox of %s', (_, as) => {
  test('is what was set, and the machine outside stays as it was', async () => {
    await using machine = await Machine.open()
    const before = await machine.digest()
    const { state, answers } = await read(machine, as, {
      setup: LAB,
      namespaces: NAMESPACES,
      questions: [
        { node: 'node03/a', family: 4, destination: '192.0.2.1' },
        { node: 'node03', family: 4, destination: '10.9.0.1' },
        { node: 'node03', family: 4, destination: '10.0.0.3', source: '10.0.0.2', iif: 'br0' },
        { node: 'node03', family: 4, destination: '10.8.0.1', source: '10.0.0.2', iif: 'br0' },
        { node: 'node03', family: 4, destination: '10.0.0.3', mark: 1 },
        { node: 'node03', family: 6, destination: 'fd10::1' },
        { node: 'node03', family: 6, destination: 'fd00::9' },
        { node: 'node03/b', family: 4, destination: '192.0.2.1' },
      ],
    })
    expect(await machine.digest()).toBe(before)

    const [host, a, b] = state.nodes as [NodeState, NodeState, NodeState]
    expect(state.nodes.map(({ node }) => node)).toEqual(['node03', 'node03/a', 'node03/b'])
    expect(host.gaps).toEqual(['nft was read', 'iptables was read'])
    expect(a.gaps).toEqual(['nft was read'])
    expect(b.gaps).toEqual(['nft was read', 'legacy4 was read', 'legacy6 was read'])

    expect(links(host).sort()).toEqual([
      'br0',
      'lo',
      'va -> node03/a eth0',
      'vb -> node03/b eth0',
      'x.1 -> node03 x.2',
      'x.2 -> node03 x.1',
    ])
    expect(links(a)).toEqual(['lo', 'eth0 -> node03 va', 'ab -> node03/b ba'])
    expect(links(b)).toEqual(['lo', 'eth0 -> node03 vb', 'ba -> node03/a ab'])
    const link = (name: string) => host.links.find((each) => each.name === name)
    expect(link('br0')).toMatchObject({
      kind: 'bridge',
      group: 77,
      bridge: { callIptables: true, callIp6tables: false, vlanFiltering: false },
    })
    expect(link('vb')).toMatchObject({ master: 'br0', up: true, port: { isolated: true } })
    expect(link('va')).toMatchObject({ master: 'br0', up: true, port: { isolated: false } })
    expect(a.links.map(({ up, carrier }) => `${up} ${carrier}`)).toEqual([
      'true true',
      'true true',
      'true false',
    ])

    expect(host.addresses.filter(({ scope }) => scope === 'global')).toEqual([
      { link: 'br0', family: 4, address: '10.0.0.1', prefix: 24, scope: 'global' },
      { link: 'br0', family: 6, address: 'fd00::1', prefix: 64, scope: 'global' },
    ])
    const main = { family: 4, table: 254, metric: 0, protocol: 'boot' }
    const unicast = { ...main, type: 'unicast' }
    expect(own(host)).toEqual([
      { ...main, table: 100, type: 'prohibit', to: '10.8.0.0/16' },
      {
        ...{ ...unicast, to: '10.6.0.0/16', gateway: '192.0.2.1' },
        ...{ device: 'br0', onlink: true },
      },
      {
        ...{ ...unicast, to: '10.7.0.0/16', gateway: '10.0.0.9' },
        ...{ device: 'br0', metric: 7, protocol: '78' },
      },
      { ...main, type: 'blackhole', to: '10.9.0.0/16' },
      { ...main, family: 6, type: 'unreachable', to: 'fd09::/64', metric: 1024 },
    ])
    expect(own(a)).toEqual([{ ...unicast, to: '0.0.0.0/0', gateway: '10.0.0.1', device: 'eth0' }])
    expect(a.routes).toContainEqual({
      ...{ family: 4, table: 255, type: 'local', to: '10.0.0.2/32', device: 'eth0' },
      ...{ metric: 0, source: '10.0.0.2', protocol: 'kernel', scope: 'host' },
    })
    const by = (family: number, priority: number) =>
      host.rules.find((rule) => rule.family === family && rule.priority === priority)
    expect(host.rules).toHaveLength(8)
    expect(by(4, 50)).toMatchObject({ from: '10.0.0.2/32', action: 'table', table: 100 })
    expect(by(4, 51)).toMatchObject({ mark: 1, mask: 255, action: 'unreachable' })
    expect(by(6, 40)).toMatchObject({ to: 'fd10::/64', action: 'prohibit' })
    expect(host.neighbours).toEqual([
      {
        ...{ link: 'br0', family: 4, address: '10.0.0.50' },
        ...{ mac: '02:00:00:00:00:01', state: 'PERMANENT' },
      },
      { link: 'br0', family: 4, address: '10.0.0.60', state: '', proxy: true },
    ])
    expect(host.settings).toMatchObject({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.conf.va.rp_filter': '2',
      'net.ipv4.conf.va.forwarding': '1',
      'net.ipv4.conf.x.1.arp_ignore': '1',
      'net.ipv4.icmp_echo_ignore_all': '0',
      'net.ipv6.conf.all.forwarding': '0',
    })
    expect(a.settings).toMatchObject({
      'net.ipv4.ip_forward': '0',
      'net.ipv4.conf.eth0.forwarding': '0',
      'net.ipv4.icmp_echo_ignore_all': '1',
    })
    expect(host.sockets).toEqual([])

    const eth0 = { device: 'eth0', type: 'unicast', source: '10.0.0.2', table: 254 }
    expect(answers).toEqual([
      { ...eth0, gateway: '10.0.0.1' },
      { code: 'EINVAL', text: 'Invalid argument' },
      { device: 'br0', type: 'unicast', table: 254 },
      { code: 'EACCES', text: 'Permission denied' },
      // a rule says so with another errno than a route
      { code: 'ENETUNREACH', text: 'Network is unreachable' },
      { code: 'EACCES', text: 'Permission denied' },
      { device: 'br0', type: 'unicast', source: 'fd00::1', table: 254 },
      { code: 'ENETUNREACH', text: 'Network is unreachable' },
    ])
  })

  test('is less where tools are missing, and the state says so', async () => {
    await using machine = await Machine.open()
    const { state } = await read(machine, as, {
      setup: `${LAB}
${hide('*nft*', '*legacy*', 'iptables*', 'ip6tables*', 'tc', 'nsenter')}`,
      namespaces: [...NAMESPACES, 'none'],
    })
    const [host, a, b, none] = state.nodes
    const nft = [
      'nft is missing: tables of nftables are not known',
      'iptables-nft-save is missing: rules of iptables (nft) are not known',
      'ip6tables-nft-save is missing: rules of ip6tables (nft) are not known',
    ]
    const tc = 'tc is missing: programs on the way in (tc) are not known'
    expect(host?.gaps).toEqual([...nft, tc])
    expect(a?.gaps).toEqual([...nft, tc])
    expect(b?.gaps).toEqual([
      ...nft,
      'iptables-legacy-save is missing: rules of iptables (legacy) are not known, though there are some',
      'ip6tables-legacy-save is missing: rules of ip6tables (legacy) are not known, though there are some',
      tc,
    ])
    expect(links(a as NodeState)).toEqual(['lo', 'eth0 -> node03 va', 'ab -> node03/b ba'])
    expect(a?.settings['net.ipv4.icmp_echo_ignore_all']).toBe('1')
    expect(none?.gaps).toEqual([expect.stringMatching(/^the namespace could not be read: .*none/)])
    expect(none?.sockets).toBeUndefined()
  })

  test('is little without ip, and that is no error', async () => {
    await using machine = await Machine.open()
    const { state } = await read(machine, as, {
      setup: `${LAB}\n${hide('ip')}`,
      namespaces: NAMESPACES,
    })
    for (const node of state.nodes) {
      expect(node.gaps[0]).toBe('ip is missing: links, addresses and routes are not known')
      expect(node.settings['net.ipv4.ip_forward']).toMatch(/^[01]$/)
    }
  })
})

/** A bridge counts down by itself. */
const TIMERS = / \w+_timer +[\d.]+/g

test('reading and asking change nothing of what is read', async () => {
  await using machine = await Machine.open({ setup: LAB })
  const digest = async () => (await machine.digest()).replace(TIMERS, '')
  const before = await digest()
  const namespaces = NAMESPACES.map((name) => ({ name, node: `host/${name}` }))
  const host = { node: 'host', enter: machine.enter, namespaces }
  const { state } = await collect([host], { readFilters: () => ({ tables: [], gaps: [] }) })
  const question = { node: 'host/a', family: 4, destination: '10.0.0.1' } as const
  expect(await askRoutes([host], [question])).toMatchObject([{ device: 'eth0' }])
  expect(state.nodes.map(({ gaps }) => gaps)).toEqual([[], [], []])
  expect(await digest()).toBe(before)
})

test('what listens is read, with the families that it takes', async () => {
  await using machine = await Machine.open()
  const listen = `
require('net').createServer().listen(80, '::')
require('net').createServer().listen({ port: 81, host: '::', ipv6Only: true })
require('dgram').createSocket('udp4').bind(53, '10.0.0.2')`
  const setup = `${LAB}
ip netns exec a ${process.execPath} -e "${listen}" </dev/null >/dev/null 2>&1 &
until (($(ip netns exec a ss -Hlntu | wc -l) == 3)); do sleep 0.02; done`
  const { state } = await read(machine, [], { setup, namespaces: NAMESPACES })
  const sockets = state.nodes[1]?.sockets ?? []
  expect([...sockets].sort((one, other) => one.port - other.port)).toEqual([
    { protocol: 'udp', family: 4, address: '10.0.0.2', port: 53, v6only: false },
    { protocol: 'tcp', family: 6, address: '::', port: 80, v6only: false },
    { protocol: 'tcp', family: 6, address: '::', port: 81, v6only: true },
  ])
})

describe('a state of one moment', () => {
  const settled = (meanwhile: string) => async () => {
    await using machine = await Machine.open()
    return (await read(machine, [], { setup: LAB, namespaces: NAMESPACES, meanwhile })).moved
  }

  test('a namespace that never comes to rest is said to have changed', async () => {
    const changing = `
n=0
while :; do
  ip -n a route replace 192.0.2.$((n = (n + 1) % 250))/32 dev eth0
done`
    expect(await settled(changing)()).toEqual(['node03/a'])
  })

  test('one at rest is not', async () => {
    expect(await settled('sleep 10')()).toEqual([])
  })
})
