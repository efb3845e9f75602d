import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { net, type Plan } from '../../src/index.js'
import { DROP, s1, s2 } from '../netns/plans.js'

interface Commands {
  readonly up: number
  readonly down: number
}

/** A plan whose commands are made to fail, and the machine on which that happens. */
export interface Subject {
  readonly name: string
  readonly plan: Plan
  /** What the machine has before. */
  readonly setup: string
  /** Which iptables it has. */
  readonly back: 'nft' | 'legacy'
  /** How many commands its `up` and its `down` have there; a test counts them. */
  readonly commands: Commands
  /** The same of its script, which runs them one by one. */
  readonly ofScript: Commands
}

/** The plan of an example, as its golden case has it: to import the example is to run it. */
function example(name: string): Plan {
  return net.parse(readFileSync(join(import.meta.dirname, '../golden', name, 'plan.json'), 'utf8'))
}

const twelve = net.host().each(12, (host, i) =>
  host
    .ns(`demo${i}`)
    .ip(`10.0.${i}.2/24`)
    .veth()
    .routeBothWays()
    .allowForward(i % 2 === 0 ? {} : { direction: 'in' }),
)

/** A switch, a router, a link, tables of routes, settings, and rules of two tables. */
const blocks = net
  .host('node03', { device: 'enp2s0' })
  .bridge('br0', { ip: '10.0.1.1/24' })
  .ns('r')
  .router()
  .ip('10.0.1.2/24')
  .attach('br0')
  .ns('a')
  .link('r', { ip: ['10.0.2.2/24', '10.0.2.1/24'], mtu: 1400 })
  .rule({ from: '10.0.2.0/24', table: 100 })
  .route('default', { via: '10.0.2.1', table: 100 })
  .ns('b')
  .ip('10.0.1.3/24')
  .attach('br0')
  .routeBothWays()
  .allowForward()
  .masquerade()

/** Packet filters: of a namespace, and of the lab on the host. */
const filters = net
  .host('node03')
  .ns('a')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .policy('deny')
  .host('node03')
  .deny({ from: 'a', to: '10.0.9.0/24', protocol: 'icmp' })

/** Files that somebody has for a namespace of the example with names. */
const FOREIGN = `${DROP}
  mkdir -p /etc/netns/a
  echo 'nameserver 192.0.2.1' >/etc/netns/a/resolv.conf
  ln -s /etc/hostname /etc/netns/a/hosts`

/** A firewall that iptables does not reach: the rules are placed by nft. */
const NATIVE = `nft 'table inet own { chain forward { type filter hook forward priority 10; policy drop; }; }'`

/** The lab with the namespaces that follow each other in a batch, and the examples that run on one host. */
export const subjects: readonly Subject[] = [
  {
    name: 'S1',
    plan: s1,
    setup: '',
    back: 'nft',
    commands: { up: 9, down: 3 },
    ofScript: { up: 9, down: 3 },
  },
  {
    name: 'S2',
    plan: s2,
    setup: '',
    back: 'nft',
    commands: { up: 29, down: 9 },
    ofScript: { up: 35, down: 9 },
  },
  {
    name: 'twelve namespaces',
    plan: twelve,
    setup: DROP,
    back: 'nft',
    commands: { up: 111, down: 16 },
    ofScript: { up: 128, down: 16 },
  },
  {
    name: 'filters',
    plan: filters,
    setup: DROP,
    back: 'nft',
    commands: { up: 14, down: 6 },
    ofScript: { up: 41, down: 6 },
  },
  {
    name: 'filters by nft',
    plan: filters,
    setup: NATIVE,
    back: 'nft',
    commands: { up: 12, down: 5 },
    ofScript: { up: 22, down: 5 },
  },
  {
    name: 'blocks',
    plan: blocks,
    setup: DROP,
    back: 'nft',
    commands: { up: 31, down: 8 },
    ofScript: { up: 33, down: 8 },
  },
  {
    name: 'blocks by nft',
    plan: blocks,
    setup: NATIVE,
    back: 'nft',
    commands: { up: 31, down: 7 },
    ofScript: { up: 33, down: 7 },
  },
  {
    name: 'example 01',
    plan: example('01-one-namespace'),
    setup: DROP,
    back: 'nft',
    commands: { up: 9, down: 3 },
    ofScript: { up: 9, down: 3 },
  },
  {
    name: 'example 02',
    plan: example('02-two-namespaces'),
    setup: DROP,
    back: 'nft',
    commands: { up: 19, down: 6 },
    ofScript: { up: 22, down: 6 },
  },
  {
    name: 'example 04',
    plan: example('04-dual-stack'),
    setup: DROP,
    back: 'nft',
    commands: { up: 135, down: 16 },
    ofScript: { up: 173, down: 16 },
  },
  {
    name: 'example 05',
    plan: example('05-export-script'),
    setup: DROP,
    back: 'legacy',
    commands: { up: 12, down: 5 },
    ofScript: { up: 12, down: 5 },
  },
  {
    name: 'example 13',
    plan: example('13-names'),
    setup: FOREIGN,
    back: 'nft',
    commands: { up: 27, down: 16 },
    ofScript: { up: 29, down: 16 },
  },
]

/** The subject with this name. */
export function subjectOf(name: string): Subject {
  const subject = subjects.find((each) => each.name === name)
  if (subject === undefined) throw new Error(`no subject ${name}`)
  return subject
}
