import { OUTSIDE } from './asking.js'
import type { Question } from './filter-reference.js'
import { addressesOf, type Filtered, PORTS, type RandomFilters } from './random-filters.js'

/** Where each place hangs: a tree around the host. */
const parent = (name: string) => {
  if (name === 'h') return undefined
  return name === 'n3' ? 'r' : 'h'
}

const upFrom = (name: string): readonly string[] => {
  const next = parent(name)
  return next === undefined ? [name] : [name, ...upFrom(next)]
}

/** Who passes on what goes from one to the other. */
export function wayOf({ isSwitched }: RandomFilters, from: string, to: string) {
  const [up, down] = [upFrom(from), upFrom(to)]
  const meeting = up.find((name) => down.includes(name))
  const inner = (way: readonly string[]) => way.slice(1, Math.max(1, way.indexOf(meeting ?? '')))
  const between = [from, to].includes(meeting ?? '') ? [] : [meeting ?? '']
  // a switch is no router
  const isFrame = isSwitched && [from, to].every((name) => name === 'n1' || name === 'n2')
  return {
    isOutOfLab: [from, to].every((name) => name === 'h' || name === OUTSIDE),
    forwarders: isFrame ? [] : [...inner(up), ...between, ...inner(down)],
  }
}

/** The address by which a place asks another one: that of the link which leads there. */
function sourceOf(own: readonly string[], from: string, to: string): string {
  const startsWith = (...texts: readonly string[]) =>
    own.find((address) => texts.some((text) => address.startsWith(text)))
  if (from === 'r') return startsWith(...(to === 'n3' ? LINK.inner : LINK.outer)) ?? ''
  if (from !== 'h') return own[0] ?? ''
  // of two addresses of IPv6 none of which is on the link, that which shares more bits with the destination (RFC 6724, rule 8)
  const isNear = to === 'n1' || to === 'n2' || (to !== OUTSIDE && own[0]?.includes(':') === true)
  const onSwitch = isNear ? startsWith(...LINK.onSwitch) : undefined
  return onSwitch ?? startsWith(...LINK.uplink) ?? ''
}

const LINK = {
  inner: ['10.0.9.', 'fd00:9:'],
  outer: ['10.0.8.', 'fd00:8:'],
  onSwitch: ['10.0.20.', 'fd00:20:'],
  uplink: ['100.100.', 'fd00:100:'],
} as const

const KINDS = [
  { protocol: 'icmp' as const },
  ...PORTS.flatMap((port) => [
    { protocol: 'tcp' as const, port },
    { protocol: 'udp' as const, port },
  ]),
]

/** Where there is who asks and answers, by the addresses that each has; those of a link alone are nobody's to ask for. */
export function placesOf({ plan }: Filtered): Readonly<Record<string, readonly string[]>> {
  const inside = Object.entries(addressesOf(plan)).map(
    ([name, all]) => [name, all.filter((address) => !address.startsWith('fe80'))] as const,
  )
  return { ...Object.fromEntries(inside), [OUTSIDE]: ['100.100.198.1', 'fd00:100::1'] }
}

/** Each kind of question, of each place to each address of each other one. */
export function questionsOf(lab: Filtered): readonly Question[] {
  const places = Object.entries(placesOf(lab))
  return places.flatMap(([from, own]) =>
    places.flatMap(([to, addresses]) =>
      addresses.flatMap((address) => {
        if (to === from) return []
        const family = address.includes(':') ? 6 : 4
        const mine = own.filter((each) => each.includes(':') === address.includes(':'))
        const source = sourceOf(mine, from, to)
        return KINDS.map((kind) => ({ from, to, source, address, family, ...kind }) as const)
      }),
    ),
  )
}
