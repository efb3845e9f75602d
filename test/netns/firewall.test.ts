import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, whole } from './fronts.js'
import type { Machine } from './machine.js'
import { DROP } from './plans.js'
import { ask, serve } from './servers.js'

const host = net.host('node03', {
  address: ['100.100.198.250/24', 'fd00:100::250/64'],
  device: 'enp2s0',
})
const CIDRS = {
  web: ['10.0.1.2/24', 'fd00:1::2/64'],
  db: ['10.0.2.2/24', 'fd00:2::2/64'],
  app: ['10.0.3.2/24', 'fd00:3::2/64'],
} as const
const ADDRESS = {
  4: { web: '10.0.1.2', db: '10.0.2.2', app: '10.0.3.2', node03: '100.100.198.250' },
  6: { web: 'fd00:1::2', db: 'fd00:2::2', app: 'fd00:3::2', node03: 'fd00:100::250' },
} as const
type Name = keyof (typeof ADDRESS)[4]

const three = host.each(['web', 'db', 'app'] as const, (at, name) =>
  at.ns(name).ip(CIDRS[name][0], CIDRS[name][1]).veth().routeBothWays().allowForward(),
)

/** What comes of a question, over both families: `tcp`, `udp` or `ping`. */
async function verdict(
  machine: Machine,
  from: Name,
  to: Name,
  what: 'ping' | `tcp ${number}` | `udp ${number}`,
): Promise<string> {
  const answers = new Set<string>()
  for (const family of [4, 6] as const) {
    const address = ADDRESS[family][to]
    const [protocol, port] = what.split(' ')
    const place = from === 'node03' ? '' : from
    if (protocol === 'ping') answers.add(await machine.ping(place, address))
    else {
      const own = protocol as 'tcp' | 'udp'
      const said = await ask(machine, place === '' ? 'host' : place, own, address, Number(port))
      answers.add(said === 'lost' ? said : said === 'refused' ? said : 'answers')
    }
  }
  return [...answers].join('/')
}

type Question = readonly [from: Name, to: Name, what: Parameters<typeof verdict>[3], answer: string]

async function holds(machine: Machine, questions: readonly Question[]): Promise<void> {
  const said: Question[] = []
  for (const [from, to, what] of questions) {
    said.push([from, to, what, await verdict(machine, from, to, what)])
  }
  expect(said).toEqual(questions)
}

const inside = three
  .at('db')
  .allow({ from: 'web', protocol: 'tcp', port: [80, '5430-5440'] })
  .deny({ to: 'app', protocol: 'udp' })
  .policy('deny')

const INSIDE: readonly Question[] = [
  ['web', 'db', 'tcp 80', 'answers'],
  ['web', 'db', 'tcp 5432', 'answers'],
  ['web', 'db', 'tcp 81', 'lost'],
  ['web', 'db', 'udp 80', 'lost'],
  ['web', 'db', 'ping', 'lost'],
  ['app', 'db', 'tcp 80', 'lost'],
  ['node03', 'db', 'tcp 80', 'lost'],
  // it may ask, and replies pass
  ['db', 'web', 'tcp 80', 'answers'],
  // a program is told at once that its own namespace drops what it sends (EPERM)
  ['db', 'app', 'udp 80', 'refused'],
  ['db', 'app', 'tcp 80', 'answers'],
  ['db', 'node03', 'ping', 'answers'],
  ['db', 'db', 'tcp 80', 'answers'],
]

const atHost = three
  .host('node03')
  .deny({ from: 'app', to: 'web', protocol: 'icmp' })
  .allow({ from: 'app', to: 'web' })
  .deny({ from: 'db', to: 'node03', protocol: 'icmp' })
  .policy('deny', { hooks: ['forward'] })
  .allow({ from: 'web', to: 'db', protocol: 'tcp', port: 80 })

const AT_HOST: readonly Question[] = [
  ['app', 'web', 'tcp 80', 'answers'],
  ['app', 'web', 'ping', 'lost'],
  ['web', 'app', 'ping', 'lost'],
  ['web', 'db', 'tcp 80', 'answers'],
  ['web', 'db', 'tcp 81', 'lost'],
  ['db', 'web', 'tcp 80', 'lost'],
  ['db', 'node03', 'ping', 'lost'],
  ['web', 'node03', 'ping', 'answers'],
  ['node03', 'db', 'ping', 'answers'],
]

async function served(machine: Machine, questions: readonly Question[]): Promise<void> {
  const ends = []
  for (const name of ['web', 'db', 'app']) ends.push(await serve(machine, name, 80, 81, 5432))
  await holds(machine, questions)
  for (const end of ends) await end()
}

describe.each(FRONTS)('by %s', (by) => {
  test('in a namespace', () =>
    whole({ by, plan: inside, setup: DROP }, (machine) => served(machine, INSIDE)))

  test('at the host', () =>
    whole({ by, plan: atHost, setup: DROP }, (machine) => served(machine, AT_HOST)))
})
