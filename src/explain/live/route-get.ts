import type { Family } from '../../ip/cidr.js'
import type { Protocol } from '../../state/packet.js'
import type { RouteType } from '../../state/state.js'
import { type HostOptions, type HostToRead, type Place, readPlaces } from './host.js'
import { defined, type Fields, numberAt, objectsOf, textAt } from './json.js'
import engine from './route-get.bash'
import { gatewayOf, routeType } from './routes.js'
import within from './within.bash'

/** A packet as the route look-up of a namespace sees it. */
export interface RouteQuestion {
  /** The place in the state. */
  readonly node: string
  readonly family: Family
  readonly destination: string
  /**
   * Without `iif` it must be an address of the node: over IPv4 the kernel answers ENETUNREACH for any other, whatever its
   * routes are.
   */
  readonly source?: string | undefined
  /** The link by which it came. With it the kernel looks as for a packet that it is to forward or to receive. */
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly mark?: number | undefined
  readonly protocol?: Protocol | undefined
  /** Of TCP and UDP. */
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
}

/** Where the kernel would send it. */
interface RouteFound {
  readonly device: string
  readonly gateway?: string | undefined
  readonly type: RouteType
  /** The address that it would come from, where none is given. */
  readonly source?: string | undefined
  readonly table?: number | undefined
}

/** Why it would not: a code of errno, or `UNKNOWN` with what ip said of it. */
interface RouteRefused {
  readonly code: string
  readonly text: string
}

export type RouteAnswer = RouteFound | RouteRefused

/** The words of errno, as the usual C library has them and as musl has them. */
const CODES: Readonly<Record<string, string>> = {
  'Invalid argument': 'EINVAL',
  'No route to host': 'EHOSTUNREACH',
  'Host is unreachable': 'EHOSTUNREACH',
  'Network is unreachable': 'ENETUNREACH',
  'Network unreachable': 'ENETUNREACH',
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'No such device': 'ENODEV',
  'Resource temporarily unavailable': 'EAGAIN',
  'Address family not supported by protocol': 'EAFNOSUPPORT',
}

/** What an older kernel answers as a route, where this one gives an error. */
const REFUSALS: { readonly [type in RouteType]?: string } = {
  blackhole: 'EINVAL',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  throw: 'EAGAIN',
}

const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1 } as const

const ADDRESS = /^[0-9a-f:.]+$/i
/** Words that `ip -batch` takes as they stand. */
const LINK = /^[^\s"'\\#]{1,15}$/

/** A question in the words of ip; nothing where it cannot be asked: a word that ip does not take ends all of a batch. */
export function questionLine(question: RouteQuestion): string | undefined {
  const { family, destination, source, iif, oif, mark, protocol } = question
  const isAddress = (text: string) => ADDRESS.test(text) && text.includes(':') === (family === 6)
  const addresses = [destination, ...(source === undefined ? [] : [source])]
  const links = [iif, oif].filter((link) => link !== undefined)
  if (!addresses.every(isAddress) || !links.every((link) => LINK.test(link))) return undefined
  const icmp = family === 6 ? 58 : PROTOCOLS.icmp
  const number = protocol && (protocol === 'icmp' ? icmp : PROTOCOLS[protocol])
  const hasPorts = protocol === 'tcp' || protocol === 'udp'
  const words: readonly (readonly [string, string | number | undefined])[] = [
    ['from', source],
    ['iif', iif],
    ['oif', oif],
    ['mark', mark === 0 ? undefined : mark],
    ['ipproto', number],
    ['sport', hasPorts ? question.sourcePort : undefined],
    ['dport', hasPorts ? question.destinationPort : undefined],
  ]
  const asked = words.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`]))
  return ['route get', destination, ...asked].join(' ')
}

/** Which lines of a batch failed, and what ip said of each: it says so before it names the line. */
function failuresOf(errors: string): {
  readonly failed: ReadonlyMap<number, string>
  readonly rest: string
} {
  const failed = new Map<number, string>()
  let said: string[] = []
  for (const line of errors.split('\n')) {
    const [, number] = /^Command failed .*:(\d+)$/.exec(line) ?? []
    if (number === undefined) {
      if (line.trim() !== '') said.push(line.trim())
    } else {
      failed.set(Number(number), said.join('; '))
      said = []
    }
  }
  return { failed, rest: said.join('; ') }
}

function refusal(text: string): RouteRefused {
  const words = text.replace(/^.*RTNETLINK answers: /, '')
  const code = CODES[words] ?? (words.startsWith('Cannot find device') ? 'ENODEV' : 'UNKNOWN')
  return { code, text: words }
}

function answerOf(fields: Fields): RouteAnswer {
  const type = routeType(textAt(fields, 'type') ?? 'unicast')
  const device = textAt(fields, 'dev')
  const code = type && REFUSALS[type]
  if (type === undefined || code !== undefined || device === undefined) {
    return { code: code ?? 'UNKNOWN', text: `the kernel answers with ${JSON.stringify(fields)}` }
  }
  return defined<RouteFound>({
    device,
    gateway: gatewayOf(fields),
    type,
    source: textAt(fields, 'prefsrc'),
    table: numberAt(fields, 'table'),
  })
}

/** The answers to so many lines of a batch: those that did not fail, in order. */
export function answersOf(count: number, answers: string, errors: string): readonly RouteAnswer[] {
  const { failed, rest } = failuresOf(errors)
  const found = objectsOf(answers, () => {})[Symbol.iterator]()
  return Array.from({ length: count }, (_, i) => {
    const text = failed.get(i + 1)
    if (text !== undefined) return refusal(text)
    const next = found.next()
    return next.done ? refusal(rest === '' ? 'there was no answer' : rest) : answerOf(next.value)
  })
}

/**
 * Asks the kernel how it would route: one process of ip for each namespace that is asked. It takes rules, marks, forwarding
 * over IPv4, source validation and martians into account; not packet filters, neighbours, links without carrier, nor
 * forwarding over IPv6.
 *
 * @returns an answer for each question, in their order
 * @throws NetloomError `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`
 */
export async function askRoutes(
  hosts: readonly HostToRead[],
  questions: readonly RouteQuestion[],
  options: HostOptions = {},
): Promise<readonly RouteAnswer[]> {
  const answers: RouteAnswer[] = questions.map(() => ({
    code: 'UNKNOWN',
    text: 'this cannot be asked',
  }))
  const lines = new Map<string, { readonly at: number; readonly line: string }[]>()
  questions.forEach((question, at) => {
    const line = questionLine(question)
    if (line === undefined) return
    const own = lines.get(question.node) ?? []
    own.push({ at, line })
    lines.set(question.node, own)
  })
  const askHost = async (host: HostToRead) => {
    const asked = [{ node: host.node, name: undefined }, ...host.namespaces].flatMap((place) => {
      const own = lines.get(place.node)
      return own === undefined ? [] : [{ name: place.name, own }]
    })
    if (asked.length === 0) return
    const places = asked.map(
      ({ name, own }): Place => ({ name, text: own.map(({ line }) => line).join('\n') }),
    )
    const read = await readPlaces(host, places, `${within}\n${engine}`, options)
    asked.forEach(({ own }, i) => {
      const parts = new Map(read[i])
      const got = answersOf(own.length, parts.get('answers') ?? '', parts.get('errors') ?? '')
      own.forEach(({ at }, j) => {
        answers[at] = got[j] ?? refusal('there was no answer')
      })
    })
  }
  await Promise.all(hosts.map(askHost))
  return answers
}
