/** Options of a host. */
export interface HostOptions {
  /** Its own address or addresses (`192.0.2.1/24`), at most one of each family. */
  readonly address?: string | readonly string[] | undefined
  /** The interface that has them: its uplink. */
  readonly device?: string | undefined
  /** Where it is reached, as `user@host` or `user@host:port`; without it, the host is this machine. */
  readonly ssh?: string | undefined
}

/** What both ends of a link have alike. */
export interface LinkProperties {
  /** The largest packet, in bytes, of both ends: 68 to 65535; the kernel's 1500 where it is not given. */
  readonly mtu?: number | undefined
  /** How many packets wait for a slow link, of both ends (`txqueuelen`). */
  readonly txQueueLen?: number | undefined
}

/** Options of a veth pair. */
export interface VethOptions extends LinkProperties {
  /** The end on the host; `veth-<namespace>` where it is not given. */
  readonly hostEnd?: string | undefined
  /** The end in the namespace; `eth0` where it is not given, `eth1` for the second link, and so on. */
  readonly nsEnd?: string | undefined
  /** The MAC address of the end in the namespace; one derived of the lab and the names where it is not given. */
  readonly mac?: string | undefined
  /** That of the end on the host. */
  readonly hostMac?: string | undefined
}

/** Options of {@link NamespacePlan.attach}: those of the veth pair. Its MTU is the bridge's where none is given. */
export interface AttachOptions extends VethOptions {}

/** Options of {@link HostPlan.bridge}. */
export interface BridgeOptions {
  /** Addresses of the host on the switch, at which its namespaces reach it; `auto` takes one of the pool. */
  readonly ip?: string | readonly string[] | undefined
  /** The spanning tree protocol, where switches are connected in a loop: a port then forwards after 4 seconds. */
  readonly stp?: boolean | undefined
  /** Its ports reach the host, and not each other. */
  readonly isolated?: boolean | undefined
  /** The largest packet, in bytes; its ports have the same. */
  readonly mtu?: number | undefined
  /** Its MAC address; one derived of the lab and the names where it is not given. */
  readonly mac?: string | undefined
}

/** Options of {@link NamespacePlan.link}. `device` and `mac` are of the namespace of the cursor. */
export interface LinkOptions extends LinkProperties {
  /** An address, or several, for each end, of one subnet; `auto` takes a network of the pool. */
  readonly ip?:
    | 'auto'
    | readonly [own: string | readonly string[], peer: string | readonly string[]]
    | undefined
  /** The interface; `eth0` where it is not given, `eth1` for the second link of the namespace, and so on. */
  readonly device?: string | undefined
  /** The interface in the other namespace. */
  readonly peerDevice?: string | undefined
  readonly mac?: string | undefined
  readonly peerMac?: string | undefined
}

/** Options of {@link NamespacePlan.route}. */
export interface RouteOptions {
  /** The gateway: the next router, on a link of the namespace. */
  readonly via?: string | undefined
  /** The interface. */
  readonly dev?: string | undefined
  /** The lowest of one destination is taken: 0 to 4294967295. */
  readonly metric?: number | undefined
  /** The table that has it, by its number; 254, main, where it is not given. */
  readonly table?: number | undefined
  /** The gateway is on the link, though no address of the namespace says so. Takes `via` and `dev`. */
  readonly onlink?: boolean | undefined
  /**
   * `blackhole` drops, `unreachable` answers that there is no way, `prohibit` that it is forbidden; `unicast` where it is
   * not given.
   */
  readonly type?: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit' | undefined
}

/** Options of {@link NamespacePlan.rule}: which packets ask which table. */
export interface RuleOptions {
  /** The network of the source. */
  readonly from?: string | undefined
  /** The network of the destination. */
  readonly to?: string | undefined
  /** The mark that a packet filter gave: 1 to 4294967295. */
  readonly fwmark?: number | undefined
  /** The interface by which a packet came in; `lo` for what the namespace itself sends. */
  readonly iif?: string | undefined
  /** The table that is asked, by its number. */
  readonly table: number
  /** Lower ones come first; 1000 for the first rule of a namespace, and one more for each further one. */
  readonly priority?: number | undefined
  /** Where no network tells it, the rule is made for both. */
  readonly family?: 4 | 6 | undefined
}

/** Options of {@link NamespacePlan.masquerade}. */
export interface MasqueradeOptions {
  /** The interface of the host by which packets leave; the one that the host declares where it is not given. */
  readonly via?: string | undefined
}

/** Options of {@link NamespacePlan.dns}. */
export interface DnsOptions {
  /** Domains in which a name without a dot is looked for. */
  readonly search?: readonly string[] | undefined
}

/** Options of {@link Net.pool}. */
export interface PoolOptions {
  /** The length of the IPv4 networks that it gives, one a segment; 24 where there is room for them, else longer. */
  readonly prefix?: number | undefined
  /** The same of IPv6; 64 where there is room. */
  readonly prefix6?: number | undefined
}

/** Options of {@link NamespacePlan.allowForward}. */
export interface ForwardOptions {
  /** `in`: to the namespace. `out`: from it. `both` where it is not given. */
  readonly direction?: 'both' | 'in' | 'out' | undefined
}

/** Options of {@link HostPlan.allow} and {@link HostPlan.deny}: what is not given is any. */
export interface FilterOptions<Name extends string = string> {
  /** Who sends: a name of the plan with the addresses that it has by then, a network, an address, or several. */
  readonly from?: Name | readonly Name[] | undefined
  /** For whom it is. */
  readonly to?: Name | readonly Name[] | undefined
  /** `icmp` is ICMP and ICMPv6. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | undefined
  /** The port for which it is: `80`, `'8000-8010'`, or several; of TCP and of UDP where no protocol is given. */
  readonly port?: number | string | readonly (number | string)[] | undefined
}

/** Options of {@link HostPlan.policy}. */
export interface PolicyOptions {
  /** `input`: what comes to the place. `forward`: what it passes on. `output`: what it sends. The first two where none is given. */
  readonly hooks?: readonly ('input' | 'forward' | 'output')[] | undefined
}
