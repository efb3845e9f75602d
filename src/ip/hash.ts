/**
 * A stable 32-bit hash (FNV-1a, with a last mix so that neighbouring names part in every bit).
 * It names things; it guards nothing. The seed gives independent lanes of one text.
 */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** A short stable tag of a text: `length` characters of `0-9 a-z`, at most 12. */
export function tag(text: string, length: number): string {
  const digits = hash32(text, 1).toString(36).padStart(7, '0') + hash32(text, 2).toString(36)
  return digits.padEnd(14, '0').slice(1, 1 + length)
}

/**
 * A link-local IPv6 address that belongs to a text for ever, in its canonical form: no group of its second half begins
 * with a zero. It is none of those that the kernel makes of MACs, which have `ff:fe` in the middle.
 */
export function linkLocalOf(text: string): string {
  const [high, low] = [hash32(text, 5), hash32(text, 6)]
  const groups = [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff]
  // 1000 to 7fff
  return `fe80::${groups.map((group) => (0x1000 + (group % 0x7000)).toString(16)).join(':')}`
}

/**
 * A locally administered unicast MAC address that belongs to a text for ever
 * (IEEE 802, second bit of the first octet set, first bit clear).
 */
export function macOf(text: string): string {
  const high = hash32(text, 3).toString(16).padStart(8, '0')
  const low = hash32(text, 4).toString(16).padStart(8, '0')
  const octet = (i: number) => high.slice(i, i + 2)
  return `02:${octet(0)}:${octet(2)}:${octet(4)}:${octet(6)}:${low.slice(0, 2)}`
}
