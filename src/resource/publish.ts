import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import { bits, familyOf } from '../ip/cidr.js'
import type { RulePart } from '../state/firewall.js'
import { iptablesWords } from '../state/iptables-words.js'
import type { StepDraft } from '../step/step.js'
import { tie } from '../step/ties.js'
import { type Claim, type Facts, type Fields, type Kind, keys } from './kind.js'
import engine from './publish.bash'

/** Ports of a host that lead to ports of a namespace, over one family. */
export interface PublishResource {
  readonly kind: 'publish'
  readonly host: string
  readonly family: 4 | 6
  readonly protocol: 'tcp' | 'udp'
  /** The address of the host; each of them where it is not given. */
  readonly bind?: string | undefined
  /** The port of the host, or the first of several. */
  readonly port: number
  /** The last one, where there are several. */
  readonly last?: number | undefined
  /** The address of the namespace. */
  readonly address: string
  /** The port there, to which the first one leads. */
  readonly to: number
  /** The interface of the host by which the namespace is reached. */
  readonly device: string
  /** The namespace's own network: who asks from there needs the host as its source, else the answer goes past the host. */
  readonly network: string
  /** It lets published ports pass, for all that are of this address: the first of them. */
  readonly opens?: true | undefined
  /**
   * The port of the switch that leads to the namespace, which sends frames back where they came from: with br_netfilter,
   * what the namespace asks by the host's address does not leave the switch.
   */
  readonly hairpin?: string | undefined
  readonly call: string
}

/** So many rules a chain at most: ports that lead to others take one each. */
export const SHIFTED_PORTS = 1000

type Ports = Pick<PublishResource, 'port' | 'last' | 'to'>
type Addresses = Pick<PublishResource, 'family' | 'bind' | 'address' | 'network'>

const countOf = ({ port, last = port }: Ports) => last - port + 1
const isShifted = ({ port, to }: Ports) => port !== to
const isRange = (ports: Ports) =>
  countOf(ports) >= 1 &&
  ports.to + countOf(ports) - 1 <= 65_535 &&
  (!isShifted(ports) || countOf(ports) <= SHIFTED_PORTS)

const isOfOneFamily = ({ family, bind, address, network }: Addresses) =>
  [bind ?? address, address, network].every((text) => familyOf(text) === family)

const schema = (fields: Fields) => {
  const port = z.int().check(z.gte(1), z.lte(65_535))
  return z
    .strictObject({
      kind: z.literal('publish'),
      host: fields.place,
      family: z.union([z.literal(4), z.literal(6)]),
      protocol: z.enum(['tcp', 'udp']),
      bind: z.optional(fields.address),
      port,
      last: z.optional(port),
      address: fields.address,
      to: port,
      device: fields.device,
      network: fields.network,
      opens: z.optional(z.literal(true)),
      hairpin: z.optional(fields.device),
      call: fields.call,
    })
    .check(
      z.refine(isRange, 'has ports that do not lead to as many ports'),
      z.refine(isOfOneFamily, 'has addresses of two families'),
    )
}

/** The claim that another call looks for, so that an address is opened once. */
export const openKey = (r: Pick<PublishResource, 'host' | 'address' | 'device'>): string =>
  keys.other('publish', r.host, r.address, r.device)

/** The same of a port of a switch. */
export const hairpinKey = (host: string, device: string): string =>
  keys.other('hairpin', host, device)

const claim = (key: string, { host }: PublishResource, value: string): Claim => ({
  key,
  code: 'DUPLICATE_RULE',
  what: () => `host ${host} opens ${value} for published ports already`,
  value,
})

const span = (first: number, last: number, by: string) =>
  first === last ? String(first) : `${first}${by}${last}`

const socket = (address: string, port: string) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** `8080/tcp`, `192.0.2.1:8000-8010/udp`. */
function portText({ bind, port, last = port, protocol }: PublishResource): string {
  const ports = span(port, last, '-')
  return `${bind === undefined ? ports : socket(bind, ports)}/${protocol}`
}

const targetText = (r: PublishResource) => socket(r.address, span(r.to, r.to + countOf(r) - 1, '-'))

/** A port of the host leads to one place; one at all addresses is one at each of them. */
function overlaps(a: PublishResource, b: PublishResource): boolean {
  if (a.family !== b.family || a.protocol !== b.protocol) return false
  if (a.bind !== undefined && b.bind !== undefined && a.bind !== b.bind) return false
  return a.port <= (b.last ?? b.port) && b.port <= (a.last ?? a.port)
}

function check(r: PublishResource, facts: Facts): void {
  const before = facts.at(r.host).find((other): other is PublishResource => {
    return other.kind === 'publish' && overlaps(other as PublishResource, r)
  })
  if (before === undefined) return
  const message = `host ${r.host} cannot publish ${portText(r)}: ${portText(before)} leads to ${targetText(before)} already`
  throw new NetloomError('DUPLICATE_PORT', message, {
    value: portText(r),
    hint: 'Take another port of the host, or another of its addresses for each of the two.',
  })
}

interface Rule {
  readonly table: 'nat' | 'filter'
  readonly chain: 'PREROUTING' | 'OUTPUT' | 'POSTROUTING' | 'FORWARD'
  readonly parts: readonly RulePart[]
  readonly why: string
}

/** What never leaves the host: a reply could not come back to such a source. */
const LOOPBACK = { 4: '127.0.0.0/8', 6: '::1/128' } as const

/** To which addresses of the host a packet goes. */
function atHost({ family, bind }: PublishResource, chain: 'PREROUTING' | 'OUTPUT'): RulePart[] {
  if (bind !== undefined) return [{ match: 'destination', networks: [`${bind}/${bits(family)}`] }]
  const local: RulePart = { match: 'destinationType', types: ['local'] }
  if (chain === 'PREROUTING') return [local]
  return [{ match: 'destination', networks: [LOOPBACK[family]], not: true }, local]
}

function leads(r: PublishResource, chain: 'PREROUTING' | 'OUTPUT'): readonly Rule[] {
  const { protocol, port, last = port, address } = r
  const rule = (first: number, end: number, to?: number): Rule => ({
    table: 'nat',
    chain,
    parts: [
      { match: 'protocol', protocols: [protocol] },
      ...atHost(r, chain),
      { match: 'destinationPort', ports: [[first, end]] },
      { act: 'dnat', address, port: to },
    ],
    why:
      chain === 'PREROUTING'
        ? 'who asks the host at this port is led to the namespace'
        : 'the host itself too, at its own addresses',
  })
  if (!isShifted(r)) return [rule(port, last)]
  return Array.from({ length: countOf(r) }, (_, i) => rule(port + i, port + i, r.to + i))
}

/** What all published ports of an address need once. `--ctstate DNAT` holds for what was led there, and nothing else. */
function opening({ family, address, device, network }: PublishResource): readonly Rule[] {
  const own = [`${address}/${bits(family)}`]
  const led: RulePart = { match: 'state', states: ['dnat'] }
  const to: RulePart = { match: 'destination', networks: own }
  const out: RulePart = { match: 'out', links: [device] }
  return [
    {
      table: 'nat',
      chain: 'POSTROUTING',
      parts: [{ match: 'source', networks: [network] }, to, out, led, { act: 'masquerade' }],
      why: 'one of its own network that asks by the host is answered by the host',
    },
    {
      table: 'filter',
      chain: 'FORWARD',
      parts: [to, out, led, { act: 'accept' }],
      why: 'what was led to the namespace passes',
    },
    {
      table: 'filter',
      chain: 'FORWARD',
      parts: [
        { match: 'source', networks: own },
        { match: 'in', links: [device] },
        { match: 'state', states: ['related', 'established'] },
        { act: 'accept' },
      ],
      why: 'its answers pass, and nothing that it begins',
    },
  ]
}

const rulesOf = (r: PublishResource): readonly Rule[] => [
  ...leads(r, 'PREROUTING'),
  ...leads(r, 'OUTPUT'),
  ...(r.opens === true ? opening(r) : []),
]

const turnBack = (device: string): StepDraft => ({
  tool: 'ip',
  args: ['link', 'set', 'dev', device, 'type', 'bridge_slave', 'hairpin', 'on'],
  seen: ['hairpin', device],
  phase: 'configure',
  device,
  ties: {
    on: [tie.port(device)],
    back: { args: ['link', 'set', 'dev', device, 'type', 'bridge_slave', 'hairpin', 'off'] },
  },
  why: 'what the namespace asks by the address of the host comes back to itself',
  undo: { with: `link ${device}` },
})

export const publish: Kind<PublishResource> = {
  schema,
  engine,
  describe: (r) => `port ${portText(r)} of ${r.host}, which leads to ${targetText(r)}`,
  identity: (r) => keys.other('publish', r.host, r.family, portText(r)),
  claims: (r) => [
    ...(r.opens === undefined ? [] : [claim(openKey(r), r, r.address)]),
    ...(r.hairpin === undefined ? [] : [claim(hairpinKey(r.host, r.hairpin), r, r.hairpin)]),
  ],
  needs: (r) => [
    {
      key: keys.device(r.host, r.device),
      code: 'MISSING_LINK',
      what: () => `host ${r.host} has no interface ${r.device} before it`,
    },
    ...(r.hairpin === undefined
      ? []
      : [
          {
            key: keys.other('port', r.host, r.hairpin),
            code: 'MISSING_LINK' as const,
            what: () => `host ${r.host} has no port ${r.hairpin} before it`,
          },
        ]),
  ],
  check,
  steps: (r, lab) => {
    const tool = r.family === 4 ? 'iptables' : 'ip6tables'
    const hairpin: StepDraft[] = r.hairpin === undefined ? [] : [turnBack(r.hairpin)]
    const rules = rulesOf(r).map(({ table, chain, parts, why }): StepDraft => {
      const words = iptablesWords(parts, lab.mark)
      return {
        tool,
        args: ['-w', '5', '-t', table, '-A', chain, ...words],
        seen: ['publish', tool, table, chain, ...words],
        phase: 'forward',
        why,
        undo: { argv: [tool, '-w', '5', '-t', table, '-D', chain, ...words] },
      }
    })
    return [...hairpin, ...rules]
  },
  state: (r, draft, lab) => {
    const found = draft.at(r.host).links.find(({ name }) => name === r.hairpin)?.port
    if (r.hairpin !== undefined && found !== undefined) {
      draft.change(r.host, r.hairpin, { port: { ...found, hairpin: true } })
    }
    for (const { table, chain, parts } of rulesOf(r)) {
      draft.rule(r.host, r.family, table, chain, parts, lab.mark)
    }
  },
}
