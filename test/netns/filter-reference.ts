import { BlockList } from 'node:net'
import type { Rule, Taken } from './random-filters.js'

/** A packet that begins something. */
export interface Question {
  readonly from: string
  readonly to: string
  readonly source: string
  readonly address: string
  readonly family: 4 | 6
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly port?: number | undefined
}

type Hook = 'input' | 'forward' | 'output'

const isIn = (address: string, network: string): boolean => {
  if (network.includes(':') !== address.includes(':')) return false
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const [first = '', prefix = family === 'ipv6' ? 128 : 32] = network.split('/')
  // an empty prefix of a list takes all addresses
  if (Number(prefix) === 0) return true
  const list = new BlockList()
  list.addSubnet(first, Number(prefix), family)
  return list.check(address, family)
}

/** One side of a rule, as its place sees it. */
interface Side {
  readonly who: 'any' | 'itself' | 'others'
  means(address: string): boolean
}

function sideOf({ at, addresses }: Taken, text: string): Side {
  const own = addresses[at] ?? []
  const named = addresses[text]
  // the place by its name, whatever the address; and an address of it, written down
  if (text === at) return { who: 'itself', means: () => true }
  if (named !== undefined) return { who: 'others', means: (address) => named.includes(address) }
  const who = own.includes(text) ? 'itself' : 'others'
  return { who, means: (address) => isIn(address, text) }
}

const ANY: readonly Side[] = [{ who: 'any', means: () => true }]

const sides = (taken: Taken, texts: Rule['from']) =>
  texts === undefined ? ANY : texts.map((text) => sideOf(taken, text))

/**
 * Whether a rule is asked at a hook. `from` alone is about what others send to the place or by it, `to` alone about what it
 * sends or passes on; the place itself receives at its input, and sends at its output.
 */
function isAsked(hook: Hook, from: Side, to: Side): boolean {
  if (hook === 'input') return from.who !== 'itself' && !(from.who === 'any' && to.who === 'others')
  if (hook === 'output') return to.who !== 'itself' && !(to.who === 'any' && from.who === 'others')
  return from.who !== 'itself' && to.who !== 'itself'
}

function hasPort(ports: Rule['port'], { protocol, port }: Question): boolean {
  if (ports === undefined) return true
  if (protocol === 'icmp' || port === undefined) return false
  return ports.some((text) => {
    const [first = 0, last = first] = String(text).split('-').map(Number)
    return port >= first && port <= last
  })
}

function matches(taken: Taken, rule: Rule, hook: Hook, question: Question): boolean {
  if (rule.protocol !== undefined && rule.protocol !== question.protocol) return false
  if (!hasPort(rule.port, question)) return false
  return sides(taken, rule.from).some((from) =>
    sides(taken, rule.to).some(
      (to) => isAsked(hook, from, to) && from.means(question.source) && to.means(question.address),
    ),
  )
}

/** What a place decides at a hook: by its first rule that matches, else by its policy. */
function passes(calls: readonly Taken[], at: string, hook: Hook, question: Question): boolean {
  const own = calls.filter((call) => call.at === at)
  for (const call of own) {
    if (call.call !== 'policy' && matches(call, call.rule, hook, question)) {
      return call.call === 'allow'
    }
  }
  return !own.some(
    (call) =>
      call.call === 'policy' &&
      call.verdict === 'deny' &&
      (call.hooks ?? ['input', 'forward']).includes(hook),
  )
}

/** How a packet goes: who passes it on, and whether none of the lab's links is on its way. */
interface Way {
  readonly isOutOfLab: boolean
  readonly forwarders: readonly string[]
}

/** Where it is asked about; the host's filter is asked by what comes or goes by links of the lab. */
const askedOn = (way: Way, { from, to }: Question): readonly (readonly [string, Hook])[] => [
  ...(way.isOutOfLab ? [] : ([[from, 'output']] as const)),
  ...way.forwarders.map((name) => [name, 'forward'] as const),
  ...(way.isOutOfLab ? [] : ([[to, 'input']] as const)),
]

/** Whether it arrives. What replies passes always. */
export const arrives = (calls: readonly Taken[], way: Way, question: Question): boolean =>
  askedOn(way, question).every(([at, hook]) => passes(calls, at, hook, question))

/** Whether a rule decides about it somewhere. */
export const meets = (call: Taken, way: Way, question: Question): boolean =>
  call.call !== 'policy' &&
  askedOn(way, question).some(
    ([at, hook]) => at === call.at && matches(call, call.rule, hook, question),
  )
