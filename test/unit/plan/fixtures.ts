import { net } from '../../../src/index.js'
import type { Resource } from '../../../src/resource/index.js'

export const NODE03 = { address: '100.100.198.250/24', device: 'enp2s0' } as const
export const NODE02 = { address: '100.100.198.253/24', device: 'enp2s0' } as const

/** Scenario S3: two hosts, two namespaces, and every kind of resource but the IPv6 ones. */
export const s3 = () =>
  net
    .host('node03', NODE03)
    .ns('demo01')
    .ip('10.0.1.2/24')
    .veth('vethhost01', 'vethdemo01')
    .routeBothWays()
    .allowForward()
    .ns('demo02')
    .ip('10.0.2.2/24')
    .veth('vethhost02', 'vethdemo02')
    .routeBothWays()
    .allowForward()
    .host('node02', NODE02)
    .routeTo('demo01', 'demo02')

/** One namespace with IPv4 and IPv6, on a host that declares nothing: gateways on the host end. */
export const dualStack = () =>
  net.host().ns('web').ip('10.0.1.2/24', 'fd00:1::2/64').veth().routeBothWays().allowForward()

/** Plans in which every call of the chain is used, in every order that matters to the JSON form. */
export const everyCall = {
  'masquerades, and a part of the lab that sees the source': () =>
    net
      .host('node03', NODE03)
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .routeBothWays()
      .masquerade()
      .masquerade({ via: 'wan0' })
      .host('node02', NODE02)
      .ns('b')
      .ip('10.0.2.2/24')
      .veth()
      .host('node03')
      .routeTo('b'),
  'published ports': () =>
    net
      .host('node03', NODE03)
      .bridge('br0', { ip: '10.0.2.1/24' })
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .publish('8080:80', '100.100.198.250:53:53/udp')
      .publish('8000-8010', '[fd00:9::1]:9000-9001:9100-9101/udp')
      .ns('b')
      .ip('10.0.2.2/24')
      .attach('br0')
      .publish('8081:80/tcp'),
  'one host alone': () => net.host(),
  'a host with all options': () =>
    net.host('a', { address: ['192.0.2.1/24', 'fd00:9::1/64'], device: 'eth0', ssh: 'root@a:22' }),
  s3,
  'dual stack': dualStack,
  'named first': () => net.host().named('lab').ns('a').ip('10.0.1.2/24').veth(),
  'named last': () => net.host().ns('a').ip('10.0.1.2/24').veth().named('lab'),
  'named twice': () => net.host().named('first').ns('a').named('second'),
  'addresses behind the link': () =>
    net.host().ns('a').veth().ip('10.0.1.2/24').ip('10.0.1.3/24', 'fd00:1::2/64').routeBothWays(),
  'two links': () =>
    net.host().ns('a').ip('10.0.1.2/24').veth().veth({ hostEnd: 'x' }).ip('10.0.2.2/24'),
  'one direction each': () =>
    net
      .host()
      .ns('a')
      .ip('10.0.1.2/24')
      .veth({ hostEnd: 'ha', nsEnd: 'na' })
      .allowForward({ direction: 'in' })
      .ns('b')
      .ip('fd00:2::2/64')
      .veth()
      .allowForward({ direction: 'out' }),
  'a switch with all options, and one without': () =>
    net
      .host('h', NODE03)
      .bridge('br0', {
        ...{ ip: ['10.0.1.1/24', 'fd00:1::1/64'], stp: true, isolated: true, mtu: 9000 },
        mac: '02:00:00:00:00:01',
      })
      .bridge('br1')
      .bridge('br2', { ip: '10.0.2.1/24', stp: false, isolated: false })
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .attach('br0')
      .routeBothWays()
      .allowForward()
      .ns('b')
      .attach('br2', {
        ...{ hostEnd: 'pb', nsEnd: 'nb', mtu: 1500, txQueueLen: 7 },
        ...{ mac: '02:00:00:00:00:02', hostMac: '02:00:00:00:00:03' },
      })
      .ip('10.0.2.2/24')
      .routeBothWays()
      .ns('c')
      .ip('10.0.2.3/24')
      .attach('br2')
      .allowForward({ direction: 'out' }),
  'pairs and links with all options': () =>
    net
      .host()
      .ns('b')
      .ns('a')
      .veth({
        ...{ hostEnd: 'h', nsEnd: 'n', mtu: 1400, txQueueLen: 0 },
        ...{ mac: '02:00:00:00:00:02', hostMac: '02:00:00:00:00:03' },
      })
      .ip('10.0.1.2/24')
      .link('b', {
        ip: [
          ['10.0.2.1/24', 'fd00:2::1/64'],
          ['10.0.2.2/24', 'fd00:2::2/64'],
        ],
        ...{ device: 'x', peerDevice: 'y', mtu: 1300, txQueueLen: 5 },
        ...{ mac: '02:00:00:00:00:04', peerMac: '02:00:00:00:00:05' },
      })
      .link('b')
      .ip('10.0.3.1/30')
      .at('b')
      .ip('10.0.3.2/30'),
  'routers, routes, rules and settings': () =>
    net
      .host()
      .ns('r')
      .router()
      .ip('10.0.1.1/24', 'fd00:1::1/64')
      .veth()
      .route('10.0.9.0/24', { via: '10.0.1.2' })
      .route('10.0.9.9', { via: '192.0.2.1', dev: 'eth0', onlink: true, metric: 9, table: 100 })
      .route('default', { via: 'fd00:1::2' })
      .route('::/0', { dev: 'eth0', table: 100 })
      .route('10.0.8.0/24', { type: 'blackhole' })
      .route('10.0.7.0/24', { type: 'unreachable', metric: 0 })
      .route('fd00:7::/48', { type: 'prohibit', table: 4294967295 })
      .rule({ table: 100 })
      .rule({ from: '10.0.1.0/24', to: '10.0.9.9', fwmark: 255, iif: 'lo', table: 100 })
      .rule({ from: 'fd00:1::/64', iif: 'eth0', priority: 5, table: 100 })
      .rule({ table: 7, family: 4, priority: 6 })
      .sysctl('net.ipv4.conf.eth0.rp_filter', 2)
      .sysctl('net/ipv4/ping_group_range', '0 65535'),
  'addresses of a pool': () =>
    net
      .pool(['10.50.0.0/16', 'fd00:50::/48'], { prefix: 26, prefix6: 80 })
      .host()
      .bridge('br0', { ip: 'auto' })
      .each(2, (host, i) => host.ns(`n${i}`).ip('auto').attach('br0'))
      .ns('x')
      .ip('auto', 'auto')
      .veth()
      .link('n0', { ip: 'auto' })
      .link('n1', { ip: ['auto', '10.60.0.2/24'] }),
  names: () =>
    net
      .host('h', NODE03)
      .ns('a')
      .dns(['10.0.0.53', 'fd00::53'], { search: ['lab.test', 'test'] })
      .ns('b')
      .dns('host')
      .link('a', { ip: ['10.0.1.2/30', '10.0.1.1/30'] })
      .hosts(),
  'a loop, a part, and back': () =>
    net
      .host('h')
      .each(3, (host, i) => host.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth())
      .use((plan) => plan.host('other').ns('n0'))
      .host('h')
      .at('n1')
      .routeBothWays()
      .at('other/n0')
      .veth(),
}

/** The first resource of a kind. */
export function firstOf<K extends Resource['kind']>(
  resources: readonly Resource[],
  kind: K,
): Extract<Resource, { kind: K }> {
  const found = resources.find((resource) => resource.kind === kind)
  if (found === undefined) throw new Error(`the plan has no ${kind}`)
  return found as Extract<Resource, { kind: K }>
}
