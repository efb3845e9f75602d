import type { Lab } from './lab.js'
import type { Trace, TraceEvent } from './trace.js'
import type { Flow, Place } from './types.js'

/** What one namespace tells when a packet was lost. */
export interface Witness {
  /** `Icmp InEchos`, `Icmp6InEchos`: how often. */
  readonly counters: ReadonlyMap<string, number>
  /** Entries that are not usable: by address, with their links. */
  readonly pending: ReadonlyMap<string, string>
  /** `eth0 10.0.1.2` */
  readonly addresses: ReadonlySet<string>
  /** What moved, by comment. */
  readonly rules: ReadonlyMap<string, number>
  readonly ignoresEcho: boolean
  /** Links without carrier, or not up. */
  readonly down: ReadonlySet<string>
}

/** What was seen of one packet. */
export interface Seen {
  readonly flow: Flow
  readonly answered: boolean
  /** What the program that sent it said. */
  readonly said: string
  readonly events: readonly TraceEvent[] | undefined
  readonly witnesses: ReadonlyMap<string, Witness>
}

/** The payload makes the length of the packet its own: by it a trace knows it from all others. */
const PAYLOAD = 143

const HEADERS = { icmp: { 4: 28, 6: 48 }, udp: { 4: 28, 6: 48 } } as const

/** The length of the packet without its link layer; a SYN has options, and so has its answer. */
export function lengthsOf({ protocol, family, size }: Flow): readonly number[] {
  if (protocol === 'tcp') return [family === 4 ? 60 : 80]
  return [size ?? PAYLOAD + HEADERS[protocol][family]]
}

/** The text that sends it. */
function probeOf(flow: Flow, seconds: number): string {
  const { destination, protocol, port, family, size, ttl } = flow
  if (protocol === 'icmp') {
    const payload = size === undefined ? PAYLOAD : size - HEADERS.icmp[family]
    const more = `${ttl === undefined ? '' : `-t ${ttl} `}${size === undefined ? '' : '-M do '}`
    return `ping -n -c1 -W${seconds} -s${payload} ${more}${destination}`
  }
  if (protocol === 'tcp') {
    return `timeout ${seconds} bash --norc -c 'exec 3<>/dev/tcp/${destination}/${port}'`
  }
  const text = 'x'.repeat(PAYLOAD)
  return `exec 3<>/dev/udp/${destination}/${port} && printf %s ${text} >&3 && read -r -t ${seconds} -N ${PAYLOAD} -u 3`
}

/** Answers on a port, until the lab ends. */
export function responder({ protocol, port, family }: Flow): string {
  const address = family === 4 ? '0.0.0.0' : '::'
  const program =
    protocol === 'tcp'
      ? `require('net').createServer(() => {}).listen(${port}, '${address}', () => console.log('.'))`
      : `const s = require('dgram').createSocket('udp${family}'); s.on('message', (m, from) => s.send(m, from.port, from.address)); s.on('error', () => {}); s.bind(${port}, '${address}', () => console.log('.'))`
  // it has said that it listens before the text goes on
  return `coproc "${process.execPath}" -e "${program}" 2>/dev/null; read -r _ <&"\${COPROC[0]}"`
}

const SECTION = '\u0002'

const FILTERS = [
  'nft list ruleset',
  'iptables-nft-save -c; ip6tables-nft-save -c',
  'read -r _ </proc/net/ip_tables_names && iptables-legacy-save -c; read -r _ </proc/net/ip6_tables_names && ip6tables-legacy-save -c',
]

const WITNESS = [
  'cat /proc/net/snmp',
  'cat /proc/net/snmp6',
  'ip neigh show nud all; ip -6 neigh show nud all',
  'ip -o addr show',
  'ip -o link show',
  'cat /proc/sys/net/ipv4/icmp_echo_ignore_all /proc/sys/net/ipv6/icmp/echo_ignore_all',
]

/** What each namespace is asked; the tools of filters only where some may have dropped it. */
const witnessText = (counts: boolean) =>
  [...WITNESS, ...(counts ? FILTERS : [])].join(`\nprintf '${SECTION}'\n`)

function countersOf(snmp: string, snmp6: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const lines = snmp.split('\n')
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [name = '', ...keys] = (lines[i] ?? '').split(' ')
    const values = (lines[i + 1] ?? '').split(' ').slice(1)
    for (const [k, key] of keys.entries()) found.set(`${name} ${key}`, Number(values[k]))
  }
  for (const line of snmp6.split('\n')) {
    const [name = '', value] = line.split(/\s+/)
    found.set(name, Number(value))
  }
  return found
}

function movedIn(text: string): [string, number][] {
  return text.split('\n').flatMap((line): [string, number][] => {
    const packets = /packets (\d+) bytes/.exec(line)?.[1] ?? /^\[(\d+):\d+\]/.exec(line)?.[1]
    const comment = /comment "?(agreement-\d+)/.exec(line)?.[1]
    return packets === undefined || comment === undefined ? [] : [[comment, Number(packets)]]
  })
}

function witnessOf(text: string): Witness {
  const [snmp = '', snmp6 = '', neighbours = '', addresses = '', links = '', echo = '', ...rules] =
    text.split(SECTION)
  const pending = neighbours.split('\n').flatMap((line): [string, string][] => {
    const [, address, link] = /^(\S+) dev (\S+).* (?:INCOMPLETE|FAILED)/.exec(line) ?? []
    return address === undefined || link === undefined ? [] : [[address, link]]
  })
  return {
    counters: countersOf(snmp, snmp6),
    pending: new Map(pending),
    addresses: new Set(
      [...addresses.matchAll(/^\d+: (\S+) +inet6? ([0-9a-f.:]+)/gm)].map(
        ([, link, own]) => `${link} ${own}`,
      ),
    ),
    rules: new Map(rules.flatMap(movedIn).filter(([, packets]) => packets > 0)),
    ignoresEcho: echo.includes('1'),
    down: new Set(
      links.split('\n').flatMap((line) => {
        const [, name, flags = ''] = /^\d+: ([^@:]+)\S* <([^>]*)>/.exec(line) ?? []
        return name === undefined || flags.split(',').includes('LOWER_UP') ? [] : [name]
      }),
    ),
  }
}

/** Sends one packet, and looks what became of it. */
export async function probe(
  lab: Lab,
  flow: Flow,
  trace: Trace | undefined,
  seconds: number,
  counts: boolean,
): Promise<Seen> {
  trace?.take()
  const { code, text } = await lab.run(flow.from, probeOf(flow, seconds))
  const events = trace?.take()
  const seen = { flow, said: text, events, answered: code === 0 }
  if (code === 0) return { ...seen, witnesses: new Map() }
  const texts = await lab.everywhere(witnessText(counts))
  const witnesses = lab.shape.places.map(
    ({ node }: Place) => [node, witnessOf(texts.get(node) ?? '')] as const,
  )
  return { ...seen, witnesses: new Map(witnesses) }
}
