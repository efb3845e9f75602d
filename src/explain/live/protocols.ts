/** Protocols that a packet of ours can have, by number; all others are none of them. */
const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58 }

/** One name for each protocol, whether a filter has a number or a name for it. */
export function protocolName(text: string | number): string {
  if (text === 'icmpv6') return 'ipv6-icmp'
  return Object.keys(NUMBERS).find((name) => String(NUMBERS[name]) === String(text)) ?? String(text)
}

/** Those that have a number in the range. */
export const protocolsIn = (from: number, to: number): readonly string[] =>
  Object.entries(NUMBERS).flatMap(([name, number]) =>
    from <= number && number <= to ? [name] : [],
  )
