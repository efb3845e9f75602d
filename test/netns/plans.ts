import { net } from '../../src/index.js'

/** The first scenario before its routes. */
export const s1WithoutRoutes = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')

/** The first scenario: a namespace and its host. */
export const s1 = s1WithoutRoutes.routeBothWays()

/** The second scenario: two namespaces. */
export const s2OfIpv4 = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
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

/** The same over IPv4 and IPv6. */
export const s2 = net
  .host('node03', { address: ['100.100.198.250/24', 'fd00:100::250/64'], device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
  .allowForward()

/** The same on a host that declares no address: its host ends are the gateways. */
export const s2WithoutHostAddress = net
  .host()
  .ns('demo01')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
  .allowForward()

/** The third: another host that reaches the namespaces. */
export const s3 = s2OfIpv4
  .host('node02', { address: '100.100.198.253/24', device: 'enp2s0' })
  .routeTo('demo01', 'demo02')

/** The firewall of a machine that runs containers. */
export const DROP = 'iptables -P FORWARD DROP; ip6tables -P FORWARD DROP'

/** What a daemon of containers makes of FORWARD. */
export const DOCKER = `
iptables -N DOCKER-USER; iptables -A DOCKER-USER -j RETURN
iptables -N DOCKER-FORWARD; iptables -A DOCKER-FORWARD -i docker0 -j ACCEPT
iptables -A FORWARD -j DOCKER-USER; iptables -A FORWARD -j DOCKER-FORWARD
iptables -P FORWARD DROP`

/** The machine at the other end of the uplink finds the namespaces behind the host. */
export const WAY_BACK = `
nsenter -t "$peer" -n ip route add 10.0.0.0/8 via 100.100.198.250
nsenter -t "$peer" -n ip route add fd00::/16 via fd00:100::250`
