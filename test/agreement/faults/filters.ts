import type { Match, RulePart } from '../../../src/state/firewall.js'
import type { Command, DropCounter, Family, Fault } from '../types.js'
import { iptablesIn, nodeIn, numbered, ruleOf, type State } from './state.js'

export type Backend = 'nft' | 'iptables-nft' | 'iptables-legacy'
export type Hook = 'input' | 'forward' | 'output'

/** Which packets a rule is about, in the words of both tools and of a state. */
export interface Which {
  readonly name: string
  readonly nft: string
  readonly iptables: string
  readonly parts: readonly Match[]
}

interface Line {
  readonly which: Which
  readonly act: 'accept' | 'drop' | 'reject' | 'count'
}

export interface Filter {
  readonly name: string
  readonly kind: string
  readonly node: string
  readonly backend: Backend
  readonly hook: Hook
  readonly family: Family
  readonly lines: readonly Line[]
  /** What is counted where the policy drops it: the packet and its answer, and nothing else that passes. */
  readonly tails: readonly Which[]
  readonly policy?: 'accept' | 'drop'
  /** Of iptables, before the rules that are there. */
  readonly first?: boolean
}

export const ALL: Which = { name: 'all', nft: '', iptables: '', parts: [] }

let comments = 0

/** Neighbour discovery passes filters too; where a policy drops all else, a person lets it through. */
const DISCOVERY = [133, 134, 135, 136, 137]

/** A filter as somebody sets it up, each of its drops with a counter. */
export function filter(f: Filter): Fault {
  const mark = () => `agreement-${comments++}`
  const tails = f.tails.map((which): Line => ({ which, act: 'count' }))
  const lines = [...f.lines, ...(f.policy === 'drop' ? tails : [])].map((line) => ({
    ...line,
    comment: mark(),
  }))
  const table = f.backend === 'nft' ? mark() : 'filter'
  const chain = f.backend === 'nft' ? f.hook : f.hook.toUpperCase()
  const of = f.family === 4 ? 'ip' : 'ip6'
  const family = f.backend === 'nft' ? 'inet' : of
  const place = `${f.node} ${f.backend} ${family} ${table.replaceAll('-', '_')} ${chain}`
  const counters = lines.flatMap(({ act, comment }): DropCounter[] => {
    if (act === 'accept') return []
    const isPolicy = act === 'count'
    const object = isPolicy ? `${place} policy` : `${place} ${comment}`
    return [{ comment, node: f.node, object, isPolicy }]
  })
  const made: Made = { ...f, lines, table: table.replaceAll('-', '_'), chain }
  return {
    name: f.name,
    kind: f.kind,
    node: f.node,
    counters,
    commands: [f.backend === 'nft' ? nftCommand(made) : iptablesCommand(made)],
    change: (state) => (f.backend === 'nft' ? changeNft(state, made) : changeIptables(state, made)),
  }
}

interface Made extends Omit<Filter, 'lines'> {
  readonly lines: readonly (Line & { readonly comment: string })[]
  readonly table: string
  readonly chain: string
}

const VERDICTS = { accept: ' accept', drop: ' drop', reject: ' reject', count: '' }
const TARGETS = { accept: '-j ACCEPT', drop: '-j DROP', reject: '-j REJECT', count: '' }

function nftCommand({ node, table, chain, hook, family, policy = 'accept', lines }: Made): Command {
  const rules = lines.map(
    ({ which, act, comment }) =>
      `    meta nfproto ipv${family} ${which.nft} counter${VERDICTS[act]} comment "${comment}"`,
  )
  const text = `table inet ${table} {\n  chain ${chain} {\n    type filter hook ${hook} priority 0; policy ${policy};\n${family === 6 && policy === 'drop' ? `    icmpv6 type { ${DISCOVERY.join(', ')} } accept\n` : ''}${rules.join('\n')}\n  }\n}`
  return { node, text: `nft -f - <<'END'\n${text}\nEND` }
}

function iptablesCommand({ node, chain, backend, family, policy, lines, first }: Made): Command {
  const tool = `${family === 4 ? 'iptables' : 'ip6tables'}-${backend.replace('iptables-', '')}`
  const rules = lines.map(({ which, act, comment }, i) => {
    const where = first === true && act !== 'count' ? `-I ${chain} ${i + 1}` : `-A ${chain}`
    return `${tool} ${where} ${which.iptables} -m comment --comment ${comment} ${TARGETS[act]}`
  })
  const discovery =
    family === 6 && policy === 'drop' && chain !== 'FORWARD'
      ? DISCOVERY.map(
          (type) => `${tool} -A ${chain} -p icmpv6 -m icmp6 --icmpv6-type ${type} -j ACCEPT`,
        )
      : []
  const all = [...(policy === 'drop' ? [`${tool} -P ${chain} DROP`] : []), ...discovery, ...rules]
  return { node, text: all.join('\n') }
}

const ACTS: { readonly [A in Line['act']]: readonly RulePart[] } = {
  accept: [{ act: 'accept' }],
  drop: [{ act: 'drop' }],
  reject: [{ act: 'reject', with: 'icmp-port-unreachable' }],
  count: [],
}

const discoveryRule = () =>
  ruleOf('neighbour discovery', [{ match: 'icmpType', types: [[133, 137]] }, { act: 'accept' }])

function changeNft(state: State, made: Made): void {
  const { node, table, chain, hook, family, policy = 'accept', lines } = made
  const rules = lines.map(({ which, act, comment }) =>
    ruleOf(which.name, [{ match: 'family', family }, ...which.parts, ...ACTS[act]], comment),
  )
  if (family === 6 && policy === 'drop') rules.unshift(discoveryRule())
  const base = { hook, priority: 0, type: 'filter' as const, policy }
  const added = { name: chain, base, rules }
  numbered(added)
  nodeIn(state, node).tables.push({ backend: 'nft', family: 'inet', name: table, chains: [added] })
}

function changeIptables(state: State, made: Made): void {
  const { node, chain, backend, family, policy, lines, first } = made
  if (backend === 'nft') return
  const table = iptablesIn(state, node, backend, family, 'filter')
  const found = table.chains.find(({ name }) => name === chain)
  if (found?.base === undefined) return
  if (policy === 'drop') found.base.policy = 'drop'
  if (family === 6 && policy === 'drop' && chain !== 'FORWARD') found.rules.push(discoveryRule())
  lines.forEach(({ which, act, comment }, i) => {
    const rule = ruleOf(which.name, [...which.parts, ...ACTS[act]], comment)
    if (first === true && act !== 'count') found.rules.splice(i, 0, rule)
    else found.rules.push(rule)
  })
  numbered(found)
}

/** Drops at a link, before all else. */
export function ingress(node: string, link: string, which: Which): Fault {
  const comment = `agreement-${comments++}`
  const table = comment.replaceAll('-', '_')
  const rule = `${which.nft} counter drop comment "${comment}"`
  const text = `table netdev ${table} {\n  chain early {\n    type filter hook ingress device "${link}" priority 0; policy accept;\n    ${rule}\n  }\n}`
  const object = `${node} nft netdev ${table} early ${comment}`
  return {
    name: `ingress of ${link} at ${node} drops ${which.name}`,
    kind: 'ingress drop',
    node,
    counters: [{ comment, node, object, isPolicy: false }],
    commands: [{ node, text: `nft -f - <<'END'\n${text}\nEND` }],
    change: (state) => {
      const base = {
        ...{ hook: 'ingress' as const, priority: 0, type: 'filter' as const },
        ...{ policy: 'accept' as const, devices: [link] },
      }
      const rules = [ruleOf(which.name, [...which.parts, { act: 'drop' }], comment)]
      const chain = { name: 'early', base, rules }
      numbered(chain)
      nodeIn(state, node).tables.push({
        ...{ backend: 'nft', family: 'netdev', name: table, chains: [chain] },
      })
    },
  }
}

/** Leaves connection tracking out, one way. */
export function notrack(node: string, family: Family, which: Which): Fault {
  const tool = family === 4 ? 'iptables-nft' : 'ip6tables-nft'
  const text = `${tool} -t raw -A PREROUTING ${which.iptables} -j CT --notrack`
  return {
    name: `notrack for ${which.name} at ${node}`,
    kind: 'notrack',
    node,
    commands: [{ node, text }],
    change: (state) => {
      const table = iptablesIn(state, node, 'iptables-nft', family, 'raw')
      const chain = table.chains.find(({ name }) => name === 'PREROUTING')
      if (chain === undefined) return
      chain.rules.push(ruleOf(which.name, [...which.parts, { act: 'notrack' }]))
      numbered(chain)
    },
  }
}

export const between = (source: string, destination: string): Which => {
  const ip = source.includes(':') ? 'ip6' : 'ip'
  return {
    name: `from ${source} to ${destination}`,
    nft: `${ip} saddr ${source} ${ip} daddr ${destination}`,
    iptables: `-s ${source} -d ${destination}`,
    parts: [
      { match: 'source', networks: [source] },
      { match: 'destination', networks: [destination] },
    ],
  }
}

export const byLinks = (from: string, to: string): Which => ({
  name: `in ${from} out ${to}`,
  nft: `iifname "${from}" oifname "${to}"`,
  iptables: `-i ${from} -o ${to}`,
  parts: [
    { match: 'in', links: [from] },
    { match: 'out', links: [to] },
  ],
})

export const ESTABLISHED: Which = {
  name: 'established',
  nft: 'ct state established',
  iptables: '-m conntrack --ctstate ESTABLISHED',
  parts: [{ match: 'state', states: ['established'] }],
}

export const tcpPort = (port: number): Which => ({
  name: `tcp port ${port}`,
  nft: `tcp dport ${port}`,
  iptables: `-p tcp -m tcp --dport ${port}`,
  parts: [
    { match: 'protocol', protocols: ['tcp'] },
    { match: 'destinationPort', ports: [[port, port]] },
  ],
})
