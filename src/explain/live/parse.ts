import type { Table } from '../../state/firewall.js'
import type { LinkState, NodeState, RuleState, SocketState } from '../../state/state.js'
import type { FilterTexts } from './filters.js'
import type { Parts } from './host.js'
import { type Fields, numberAt, objectsOf, textAt } from './json.js'
import { addressesOf, linkOf, type ReadLink } from './links.js'
import { neighbourOf } from './neighbours.js'
import { routeOf } from './routes.js'
import { ruleOf } from './rules.js'
import { socketsOfProc, socketsOfSs } from './sockets.js'

/** Turns them into tables; what it does not understand, it says. */
export type ReadFilters = (texts: FilterTexts) => {
  readonly tables: readonly Table[]
  readonly gaps: readonly string[]
}

/** A namespace as it was read; whose other ends its links have is not known yet. */
export interface ReadNode {
  readonly state: NodeState
  readonly links: readonly ReadLink[]
  /** The host on which it is, and its name there; none for the host itself. */
  readonly host: string
  readonly namespace?: string | undefined
  /** The namespaces that it knows by a number, with their names there; some have none. */
  readonly nsids: ReadonlyMap<number, string | undefined>
}

/** What is not known where a tool is missing. */
const MISSING: Readonly<Record<string, string>> = {
  ip: 'links, addresses and routes are not known',
  nft: 'tables of nftables are not known',
  ss: 'whether a socket takes IPv6 only, or is bound to a link, is not known',
  tc: 'programs on the way in (tc) are not known',
  'iptables-nft-save': 'rules of iptables (nft) are not known',
  'ip6tables-nft-save': 'rules of ip6tables (nft) are not known',
  'iptables-legacy-save': 'rules of iptables (legacy) are not known, though there are some',
  'ip6tables-legacy-save': 'rules of ip6tables (legacy) are not known, though there are some',
}

/** What a part is called in words. */
const PARTS: Readonly<Record<string, string>> = {
  ip: 'ip',
  rules6: 'the policy rules of IPv6',
  nft: 'tables of nftables',
  iptables: 'rules of iptables (nft)',
  ip6tables: 'rules of ip6tables (nft)',
  legacy4: 'rules of iptables (legacy)',
  legacy6: 'rules of ip6tables (legacy)',
  sockets: 'sockets',
  qdiscs: 'programs on the way in (tc)',
  place: 'the namespace',
}

const onOneLine = (text: string) =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .join('; ')

/** Gaps that the parts themselves tell: tools that are missing or failed, and an end that never came. */
function gapsOf(parts: Parts): readonly string[] {
  const told = parts.flatMap(([name, text]) => {
    const [word, what = ''] = name.split(' ')
    if (word === 'missing') return [`${what} is missing: ${MISSING[what] ?? 'less is known'}`]
    const said = onOneLine(text)
    return word === 'failed' ? [`${PARTS[what] ?? what} could not be read: ${said}`] : []
  })
  const failed = parts.some(([name]) => name === 'failed place')
  const whole = failed || parts.some(([name]) => name === 'end')
  return whole ? told : [...told, 'the namespace was not read to its end']
}

/** Parts that hold what decides; sockets and programs are doubted where they are asked for. */
const DECIDES =
  /^(failed (ip|rules6|nft|iptables|ip6tables|legacy4|legacy6|place)|missing (ip|.*-save))$/

/** Gaps by which a packet may be lost without a word of the state: what is there, and could not be read. */
const unreadOf = (parts: Parts) =>
  gapsOf(parts.filter(([name]) => name === 'end' || DECIDES.test(name)))

/** `ipv4/conf/va/rp_filter 2`: the keys keep the dots of a link's name. */
function settingsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(' ')
      return at < 0 ? [] : [[`net.${line.slice(0, at).replaceAll('/', '.')}`, line.slice(at + 1)]]
    }),
  )
}

/** Queueing disciplines on which programs and filters sit: `ingress` for the way in, `clsact` for both. */
function classifiersOf(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const fields of objectsOf(text ?? '', () => {})) {
    const { kind } = fields
    const dev = textAt(fields, 'dev')
    if (dev !== undefined && kind === 'ingress') found.set(dev, 'tc ingress')
    if (dev !== undefined && kind === 'clsact') found.set(dev, 'tc clsact')
  }
  return found
}

function withClassifiers(link: LinkState, found: ReadonlyMap<string, string>): LinkState {
  const program = found.get(link.name)
  return program === undefined ? link : { ...link, programs: [...(link.programs ?? []), program] }
}

/** What ip printed of everything, each object known by what it has. */
interface Objects {
  readonly links: readonly Fields[]
  readonly routes: readonly Fields[]
  readonly rules: readonly Fields[]
  readonly neighbours: readonly Fields[]
  readonly nsids: readonly Fields[]
}

const KINDS: Readonly<Record<keyof Objects, (fields: Fields) => boolean>> = {
  links: (f) => 'ifname' in f,
  nsids: (f) => 'nsid' in f,
  rules: (f) => 'priority' in f,
  neighbours: (f) => 'dst' in f && 'dev' in f && ('proxy' in f || 'state' in f),
  routes: (f) => 'dst' in f && ('type' in f || 'table' in f),
}

function sorted(text: string, gap: (text: string) => void): Objects {
  const all: Record<keyof Objects, Fields[]> = {
    links: [],
    routes: [],
    rules: [],
    neighbours: [],
    nsids: [],
  }
  const broken = () =>
    gap('ip printed something that is no JSON: it is not that of iproute2, or an old one')
  for (const fields of objectsOf(text, broken)) {
    const kind = (Object.keys(KINDS) as (keyof Objects)[]).find((each) => KINDS[each](fields))
    if (kind !== undefined) all[kind].push(fields)
    // an older ip writes an empty object for what it leaves out
    else if (Object.keys(fields).length > 0)
      gap(`ip told of something unknown: ${Object.keys(fields).join(' ')}`)
  }
  return all
}

function socketsOf(parts: ReadonlyMap<string, string>): readonly SocketState[] | undefined {
  const text = parts.get('sockets')
  if (text === undefined || parts.has('failed sockets')) return undefined
  const procs = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((name) =>
    socketsOfProc(name, parts.get(name) ?? ''),
  )
  return [...socketsOfSs(text), ...procs]
}

const present = <T>(values: readonly (T | undefined)[]): readonly T[] =>
  values.filter((value) => value !== undefined)

const byPriority = (a: RuleState, b: RuleState) => a.priority - b.priority

/** What is known of a namespace from what was read in it. */
export function parseNode(
  place: { readonly node: string; readonly host: string; readonly namespace?: string | undefined },
  read: Parts,
  readFilters: ReadFilters,
): ReadNode {
  const gaps = new Set(gapsOf(read))
  const gap = (text: string) => {
    gaps.add(text)
  }
  const parts = new Map(read)
  const objects = sorted(parts.get('ip') ?? '', gap)
  const rules6 = sorted(parts.get('rules6') ?? '', gap).rules
  const classifiers = classifiersOf(parts.get('qdiscs'))
  const links = present(objects.links.map((fields) => linkOf(place.node, fields, gap))).map(
    (each) => ({
      ...each,
      link: withClassifiers(each.link, classifiers),
    }),
  )
  const trimmed = (name: keyof FilterTexts) => {
    const text = parts.get(name)
    return text === undefined || text.trim() === '' ? {} : { [name]: text }
  }
  const names = ['nft', 'nftPlain', 'iptables', 'ip6tables', 'legacy4', 'legacy6'] as const
  const filters = readFilters(Object.assign({}, ...names.map(trimmed)) as FilterTexts)
  for (const text of filters.gaps) gap(text)
  const rules = [
    ...objects.rules.map((fields) => ruleOf(fields, 4)),
    ...rules6.map((fields) => ruleOf(fields, 6)),
  ]
  const nsids = objects.nsids.flatMap((fields) => {
    const nsid = numberAt(fields, 'nsid')
    return nsid === undefined ? [] : [[nsid, textAt(fields, 'name')] as const]
  })
  return {
    state: {
      node: place.node,
      links: links.map(({ link }) => link),
      addresses: objects.links.flatMap(addressesOf),
      rules: [...present(rules)].sort(byPriority),
      routes: present(objects.routes.map((fields) => routeOf(fields, gap))),
      neighbours: present(objects.neighbours.map(neighbourOf)),
      settings: settingsOf(parts.get('settings') ?? ''),
      tables: filters.tables,
      sockets: socketsOf(parts),
      gaps: [...gaps],
      unread: unreadOf(read),
    },
    links,
    host: place.host,
    namespace: place.namespace,
    nsids: new Map(nsids),
  }
}
