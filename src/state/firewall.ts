/** Which tool keeps a table. iptables-nft writes nft tables; they are told apart since each is mended by its own tool. */
export type Backend = 'nft' | 'iptables-nft' | 'iptables-legacy'

export type Hook =
  | 'ingress'
  | 'prerouting'
  | 'input'
  | 'forward'
  | 'output'
  | 'postrouting'
  | 'egress'

export interface Table {
  readonly backend: Backend
  readonly family: 'ip' | 'ip6' | 'inet' | 'bridge' | 'netdev' | 'arp'
  readonly name: string
  readonly chains: readonly Chain[]
}

export interface Chain {
  readonly name: string
  readonly handle?: number | undefined
  /** What makes it a base chain; absent for one that is only jumped to. */
  readonly base?: Base | undefined
  readonly rules: readonly FilterRule[]
}

export interface Base {
  readonly hook: Hook
  readonly priority: number
  readonly type: 'filter' | 'nat' | 'route'
  readonly policy: 'accept' | 'drop'
  /** Of the hooks ingress and egress. */
  readonly devices?: readonly string[] | undefined
  /** Why it cannot be told whether a packet is shown to it at all. */
  readonly doubt?: string | undefined
  /** How often its policy was applied, where the tool counts that (iptables). */
  readonly packets?: number | undefined
}

export interface FilterRule {
  readonly handle?: number | undefined
  /** Its place in the chain, 1 first: as `iptables -D CHAIN N` counts. */
  readonly number: number
  /** As its tool would show it: `-s 10.0.0.0/8 -j DROP`, `ip saddr 10.0.0.0/8 drop`. */
  readonly text: string
  readonly comment?: string | undefined
  readonly packets?: number | undefined
  /** All must hold, in order; what acts acts where it stands. */
  readonly parts: readonly RulePart[]
}

/** A range of numbers, both ends included. */
export type Range = readonly [from: number, to: number]

export type TrackState = 'new' | 'established' | 'related' | 'invalid' | 'untracked'

/** One thing that a rule asks for. `not` turns it round. */
export type Match = { readonly not?: boolean | undefined } & (
  | { readonly match: 'family'; readonly family: 4 | 6 }
  /** Names of links; one that ends in `*` stands for all that begin so. */
  | { readonly match: 'in' | 'out'; readonly links: readonly string[] }
  /** The port of a bridge by which it came or goes. */
  | { readonly match: 'bridgeIn' | 'bridgeOut'; readonly links: readonly string[] }
  /** It is bridged, not routed (`physdev --physdev-is-bridged`). */
  | { readonly match: 'bridged' }
  /** Networks (`10.0.0.0/8`) or ranges of addresses (`10.0.0.1-10.0.0.9`). */
  | { readonly match: 'source' | 'destination'; readonly networks: readonly string[] }
  | { readonly match: 'protocol'; readonly protocols: readonly string[] }
  /** Ports of TCP or UDP; `any` is either of the two. */
  | {
      readonly match: 'sourcePort' | 'destinationPort' | 'anyPort'
      readonly ports: readonly Range[]
    }
  /** Types and codes of ICMP or ICMPv6, as numbers. */
  | { readonly match: 'icmpType' | 'icmpCode'; readonly types: readonly Range[] }
  /** TCP's SYN without ACK, RST and FIN (`--syn`). */
  | { readonly match: 'syn' }
  /** Of TCP's flags in `mask`, those of `set` are set and no others. */
  | { readonly match: 'flags'; readonly mask: readonly string[]; readonly set: readonly string[] }
  /** One of them holds; `snat` and `dnat` as `--ctstate` takes them. */
  | { readonly match: 'state'; readonly states: readonly (TrackState | 'snat' | 'dnat')[] }
  /** Whether it goes the way of the flow's first packet, or back. */
  | { readonly match: 'direction'; readonly direction: 'original' | 'reply' }
  /** Translated by this namespace (`--ctstate SNAT`, `ct status dnat`). */
  | { readonly match: 'translated'; readonly how: 'snat' | 'dnat' }
  /** The mark and the mask together are one of the values. */
  | {
      readonly match: 'mark' | 'connectionMark'
      readonly values: readonly Range[]
      readonly mask: number
    }
  | { readonly match: 'length' | 'ttl'; readonly values: readonly Range[] }
  /** Of the address: `local`, `unicast`, `broadcast`, `multicast` (`addrtype`, `fib`). */
  | { readonly match: 'sourceType' | 'destinationType'; readonly types: readonly string[] }
  /** Always, or never (an empty set). */
  | { readonly match: 'always' }
  /** Not modelled: whether it holds cannot be told. */
  | { readonly match: 'unknown'; readonly text: string }
)

/** What a rule does. Counters and logs do nothing to a packet, and stand nowhere. */
export type Act =
  | { readonly act: 'accept' | 'drop' | 'return' }
  | { readonly act: 'notrack' }
  /** With what it answers: `icmp-port-unreachable`, `tcp-reset`. */
  | { readonly act: 'reject'; readonly with: string }
  | { readonly act: 'jump' | 'goto'; readonly chain: string }
  /** The mark becomes `(mark & ~mask) ^ value`. */
  | { readonly act: 'mark' | 'connectionMark'; readonly value: number; readonly mask: number }
  /** One mark goes into the other: what `mark` keeps of the packet's, `connectionMark` of the connection's. */
  | {
      readonly act: 'saveMark' | 'restoreMark'
      readonly mark: number
      readonly connectionMark: number
    }
  | { readonly act: 'ttl'; readonly how: 'set' | 'add'; readonly value: number }
  /** Another address, port or both; `redirect` is to this namespace itself, `masquerade` as it. */
  | {
      readonly act: 'snat' | 'dnat' | 'redirect' | 'masquerade'
      readonly address?: string | undefined
      readonly port?: number | undefined
    }
  /** Not modelled, such as a queue to a program: what becomes of the packet cannot be told. */
  | { readonly act: 'unknown'; readonly text: string }

export type RulePart = Match | Act
