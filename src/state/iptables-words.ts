import type { Act, Match, RulePart, TrackState } from './firewall.js'

/** What stands before all other matches, in this order. */
const FIRST = ['source', 'destination', 'in', 'out', 'protocol']

/** In which order `iptables-save` shows states. */
const STATES: readonly (TrackState | 'snat' | 'dnat')[] = [
  ...(['invalid', 'new', 'related', 'established', 'untracked'] as const),
  ...(['snat', 'dnat'] as const),
]

const isAct = (part: RulePart): part is Act => 'act' in part

const not = (match: Match, ...words: readonly string[]) =>
  match.not === true ? ['!', ...words] : words

const span = ([first, last]: readonly [number, number]) =>
  first === last ? String(first) : `${first}:${last}`

const socket = (address: string, port: number | undefined) => {
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function matchWords(match: Match, protocol: string): readonly string[] {
  switch (match.match) {
    case 'source':
      return not(match, '-s', match.networks.join())
    case 'destination':
      return not(match, '-d', match.networks.join())
    case 'in':
      return not(match, '-i', match.links.join())
    case 'out':
      return not(match, '-o', match.links.join())
    case 'protocol':
      return not(match, '-p', match.protocols.join())
    case 'destinationPort':
      return ['-m', protocol, ...not(match, '--dport', match.ports.map(span).join())]
    case 'icmpType':
      return protocol === 'icmp'
        ? ['-m', 'icmp', ...not(match, '--icmp-type', match.types.map(span).join())]
        : ['-m', 'icmp6', ...not(match, '--icmpv6-type', match.types.map(span).join())]
    case 'destinationType':
      return ['-m', 'addrtype', ...not(match, '--dst-type', match.types.join().toUpperCase())]
    case 'state': {
      const states = STATES.filter((state) => match.states.includes(state))
      return ['-m', 'conntrack', ...not(match, '--ctstate', states.join().toUpperCase())]
    }
    default:
      throw new TypeError(`no words for the match ${match.match}`)
  }
}

function actWords(act: Act): readonly string[] {
  switch (act.act) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'masquerade':
      return ['-j', act.act.toUpperCase()]
    case 'jump':
      return ['-j', act.chain]
    case 'dnat':
      return ['-j', 'DNAT', '--to-destination', socket(act.address ?? '', act.port)]
    default:
      throw new TypeError(`no words for ${act.act}`)
  }
}

const place = (match: Match) => {
  const at = FIRST.indexOf(match.match)
  return at < 0 ? FIRST.length : at
}

/**
 * A rule that the plan makes, in the words and the order in which `iptables-save` shows it, so that what is there can be
 * compared.
 */
export function iptablesWords(parts: readonly RulePart[], comment: string): readonly string[] {
  const acts = parts.filter(isAct)
  const matches = parts.filter((part): part is Match => !isAct(part))
  const protocol = matches.flatMap((m) => (m.match === 'protocol' ? m.protocols : []))[0] ?? ''
  // the code of an ICMP message stands behind its type
  const code = matches.flatMap((m) => (m.match === 'icmpCode' ? m.types.map(span) : []))[0]
  const words = matches
    .filter(({ match }) => match !== 'icmpCode')
    .sort((a, b) => place(a) - place(b))
    .flatMap((match) => {
      const own = matchWords(match, protocol)
      if (match.match !== 'icmpType' || code === undefined) return own
      return [...own.slice(0, -1), `${own.at(-1)}/${code}`]
    })
  return [...words, '-m', 'comment', '--comment', comment, ...acts.flatMap(actWords)]
}
