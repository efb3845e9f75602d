import type {
  AttachOptions,
  DnsOptions,
  ForwardOptions,
  LinkOptions,
  MasqueradeOptions,
  RouteOptions,
  RuleOptions,
  VethOptions,
} from './call-options.js'
import type { NsName } from './places.js'

/** What can be said of the namespace on which the cursor stands. (RULE of places.ts: method syntax only.) */
export interface NamespaceCalls<P extends string> {
  /**
   * Gives addresses to the namespace's newest link; before its first link they wait for it.
   *
   * @throws NetloomError `BAD_CIDR`, `BAD_ARGUMENT`, `DUPLICATE_ADDRESS`, `SUBNET_OVERLAP`, `SUBNET_MISMATCH`,
   *   `POOL_EXHAUSTED`
   * @example
   * net.host().ns('demo01').ip('10.0.1.2/24', 'fd00:1::2/64').veth()
   * // ip -n demo01 addr add 10.0.1.2/24 dev eth0
   * // ip -n demo01 addr add fd00:1::2/64 dev eth0 nodad
   */
  ip(...cidrs: [string, ...string[]]): this
  /**
   * A veth pair between host and namespace, both ends up.
   *
   * @throws NetloomError `BAD_NAME`, `BAD_ARGUMENT`, `DUPLICATE_NAME`; and as `ip` does, of the addresses that waited
   * @example
   * net.host().ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01')
   * // ip link add dev vethhost01 ... type veth peer name vethdemo01 ... netns demo01
   * // ip link set dev vethhost01 up
   * // ip -n demo01 link set dev vethdemo01 up
   * // ip -n demo01 addr add 10.0.1.2/24 dev vethdemo01
   */
  veth(hostEnd?: string | VethOptions, nsEnd?: string): this
  /**
   * A veth pair whose end on the host is a port of a bridge there.
   *
   * @throws NetloomError `BAD_NAME`, `UNKNOWN_NAME`, `DUPLICATE_NAME`, `MTU_MISMATCH`, `BAD_ARGUMENT`; and as `ip` does,
   *   of the addresses that waited
   * @example
   * net.host().bridge('br0').ns('a').ip('10.0.1.2/24').attach('br0')
   * // ip link add dev veth-a ... type veth peer name eth0 ... netns a
   * // ip link set dev veth-a up
   * // ip -n a link set dev eth0 up
   * // ip link set dev veth-a master br0
   * // ip -n a addr add 10.0.1.2/24 dev eth0
   * // iptables -w 5 -t filter -A FORWARD -i br0 -o br0 -m comment --comment netloom:<lab> -j ACCEPT
   */
  attach(bridge: string, options?: AttachOptions): this
  /**
   * A veth pair to another namespace of the same host, both ends up.
   *
   * @throws NetloomError `UNKNOWN_NAME`, `BAD_ARGUMENT`, `BAD_CIDR`, `BAD_NAME`, `SUBNET_MISMATCH`, `SUBNET_OVERLAP`,
   *   `DUPLICATE_NAME`, `DUPLICATE_ADDRESS`, `POOL_EXHAUSTED`
   * @example
   * net.host().ns('b').ns('a').link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
   * // ip link add dev eth0 address <mac> netns a group <lab> type veth peer name eth0 address <mac> netns b
   * // ip -n a link set dev eth0 up
   * // ip -n b link set dev eth0 up
   * // ip -n a addr add 10.0.1.1/30 dev eth0
   * // ip -n b addr add 10.0.1.2/30 dev eth0
   */
  link(other: NsName<P>, options?: LinkOptions): this
  /**
   * Makes a router of the namespace: it forwards packets of both families.
   *
   * @throws NetloomError `DUPLICATE_SETTING`
   * @example
   * net.host().ns('r').router()
   * // ip netns exec r sysctl -w net/ipv4/ip_forward=1
   * // ip netns exec r sysctl -w net/ipv6/conf/all/forwarding=1
   */
  router(): this
  /**
   * A static route of the namespace.
   *
   * @param to a network, an address, or `default`
   * @throws NetloomError `BAD_CIDR`, `BAD_ARGUMENT`, `BAD_NAME`, `GATEWAY_NOT_ON_LINK`, `MISSING_LINK`,
   *   `DUPLICATE_ROUTE`
   * @example
   * net.host().ns('a').ip('10.0.1.2/24').veth().route('10.0.9.0/24', { via: '10.0.1.1' })
   * // ip -n a route add 10.0.9.0/24 via 10.0.1.1 proto 78
   */
  route(to: string, options: RouteOptions): this
  /**
   * A rule of policy routing: which packets ask which table of routes. Without a network that tells its family, it is made
   * for both.
   *
   * @throws NetloomError `BAD_CIDR`, `BAD_ARGUMENT`, `BAD_NAME`, `MISSING_LINK`, `DUPLICATE_RULE`
   * @example
   * net.host().ns('a').rule({ from: '10.0.1.0/24', table: 100 })
   * // ip -n a rule add priority 1000 from 10.0.1.0/24 table 100
   */
  rule(options: RuleOptions): this
  /**
   * A setting of the namespace, below `net`. With slashes, names of interfaces may hold dots, as sysctl(8) takes them.
   *
   * @throws NetloomError `BAD_ARGUMENT`, `MISSING_LINK`, `DUPLICATE_SETTING`
   * @example
   * net.host().ns('a').veth().sysctl('net.ipv4.conf.eth0.rp_filter', 2)
   * // ip netns exec a sysctl -w net/ipv4/conf/eth0/rp_filter=2
   */
  sysctl(name: string, value: string | number): this
  /**
   * The name servers of the namespace, in a file that `ip netns exec` puts in the place of `/etc/resolv.conf`.
   *
   * @param servers one address or up to three; `host` stands for those of the host, without those at a loopback address
   * @throws NetloomError `BAD_CIDR`, `BAD_ARGUMENT`, `BAD_NAME`, `DUPLICATE_FILE`
   * @example
   * net.host().ns('a').dns(['10.0.0.53', 'fd00::53'], { search: ['lab.test'] })
   * // install -D -m 0644 /dev/stdin /etc/netns/a/resolv.conf
   * //   reads: nameserver 10.0.0.53, nameserver fd00::53, search lab.test
   */
  dns(servers: string | readonly string[], options?: DnsOptions): this
  /**
   * Routes for the newest link: from the host to each of its addresses, and out of the namespace by
   * the host.
   *
   * @throws NetloomError `MISSING_LINK`, `MISSING_ADDRESS`, `DUPLICATE_ROUTE`
   * @example
   * // where the host declares 100.100.198.250/24:
   * // ip route add 10.0.1.2/32 dev vethhost01 proto 78
   * // ip -n demo01 route add default via 100.100.198.250 dev vethdemo01 proto 78 onlink
   */
  routeBothWays(): this
  /**
   * Lets the host forward packets to and from the newest link: forwarding on, and an accept rule for
   * each direction and each address family in use.
   *
   * @throws NetloomError `MISSING_LINK`, `MISSING_ADDRESS`, `DUPLICATE_RULE`, `BAD_ARGUMENT`
   * @example
   * // sysctl -w net.ipv4.ip_forward=1
   * // iptables -w 5 -t filter -A FORWARD -o vethhost01 -m comment --comment netloom:<lab> -j ACCEPT
   * // iptables -w 5 -t filter -A FORWARD -i vethhost01 -m comment --comment netloom:<lab> -j ACCEPT
   */
  allowForward(options?: ForwardOptions): this
  /**
   * What the newest link's networks send beyond the host leaves with the host's own address, so that replies find back
   * from anywhere. Other parts of the lab still see the namespaces by their own addresses. Packets pass the host only with
   * `allowForward()`. `up` refuses it where the host has no such interface.
   *
   * @throws NetloomError `MISSING_LINK`, `MISSING_ADDRESS`, `BAD_ARGUMENT`, `BAD_NAME`
   * @example
   * net.host('h', { device: 'enp2s0' }).ns('a').ip('10.0.1.2/24').veth().routeBothWays().allowForward().masquerade()
   * // iptables -w 5 -t nat -A POSTROUTING -s 10.0.1.0/24 -o enp2s0 -m comment --comment netloom:<lab> -j MASQUERADE
   */
  masquerade(options?: MasqueradeOptions): this
  /**
   * Publishes ports of the newest link at the host's addresses, over each family that the link has: for other hosts, for
   * the host itself, for other namespaces and for this one. Not by 127.0.0.1 and ::1. It lets only what was led there
   * pass, and its answers. The way to the namespace and back is that of `routeBothWays()`. Where the tool `conntrack` is
   * installed, flows that are on their way follow at once.
   *
   * @param ports `[bind:]port[-last][:port[-last]][/tcp|udp]`: the port of the host, then that of the namespace, the same
   *   where it is not given; tcp where nothing is said. `bind` is an address of the host, of IPv6 in brackets. A range that
   *   leads to other numbers takes a rule a port, and has at most 1000.
   * @throws NetloomError `BAD_ARGUMENT`, `MISSING_LINK`, `MISSING_ADDRESS`, `DUPLICATE_PORT`
   * @example
   * net.host().ns('a').ip('10.0.1.2/24').veth().routeBothWays().publish('8080:80/tcp')
   * // sysctl -w net.ipv4.ip_forward=1
   * // iptables -w 5 -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 ... -j DNAT --to-destination 10.0.1.2:80
   * // iptables -w 5 -t nat -A OUTPUT ! -d 127.0.0.0/8 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 ... -j DNAT --to-destination 10.0.1.2:80
   * // iptables -w 5 -t nat -A POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o veth-a -m conntrack --ctstate DNAT ... -j MASQUERADE
   * // iptables -w 5 -t filter -A FORWARD -d 10.0.1.2/32 -o veth-a -m conntrack --ctstate DNAT ... -j ACCEPT
   * // iptables -w 5 -t filter -A FORWARD -s 10.0.1.2/32 -i veth-a -m conntrack --ctstate RELATED,ESTABLISHED ... -j ACCEPT
   */
  publish(...ports: [string, ...string[]]): this
}
