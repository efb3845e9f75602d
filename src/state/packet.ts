import type { Family } from '../ip/cidr.js'
import type { TrackState } from './firewall.js'

export type Protocol = 'tcp' | 'udp' | 'icmp'

/** A packet at one point of its way, as a hook or a route look-up sees it. `icmp` is ICMPv6 over IPv6. */
export interface Packet {
  readonly family: Family
  readonly protocol: Protocol
  readonly source: string
  readonly destination: string
  /** Of TCP and UDP. */
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
  /** Of ICMP: 8 and 0 are echo request and reply, 128 and 129 those of ICMPv6. */
  readonly icmpType?: number | undefined
  /** TCP: SYN of the first packet, SYN and ACK of its answer, or RST and ACK where nobody listens. */
  readonly flags?: 'syn' | 'syn-ack' | 'rst' | undefined
  readonly mark: number
  readonly ttl: number
  /** Of the whole IP packet, in bytes. */
  readonly length: number
  readonly dontFragment: boolean
}

/** Where in a namespace a packet is. */
export interface Position {
  /** The link by which it came; absent where it begins here. */
  readonly in?: string | undefined
  /** The link by which it goes. */
  readonly out?: string | undefined
  /** The next hop that a route gave, where it goes; a translation looks for an address beside it. */
  readonly via?: string | undefined
  /** Ports of the bridge, where it is bridged. */
  readonly bridgeIn?: string | undefined
  readonly bridgeOut?: string | undefined
}

/** What connection tracking of a namespace says of a packet. */
export interface Tracking {
  readonly state: TrackState
  readonly mark: number
  /** Whether it goes the way of the flow's first packet, or back. */
  readonly direction?: 'original' | 'reply' | undefined
  /** How this namespace translated the flow. */
  readonly translated?: { readonly snat: boolean; readonly dnat: boolean } | undefined
}
