import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { BACK_ENDS } from './back-ends.js'
import { whole } from './fronts.js'
import { ask } from './servers.js'

const ALL = { hooks: ['input', 'forward', 'output'] } as const
const PING = { from: 'a', to: 'b', protocol: 'icmp' } as const

/** a - r - b; what is longer than 1400 bytes does not go on from r to b. Each of them drops what no rule of it allows. */
const plan = net
  .host('node03')
  .ns('r')
  .router()
  .ns('a')
  .link('r', {
    ip: [
      ['10.0.1.2/24', 'fd00:1::2/64'],
      ['10.0.1.1/24', 'fd00:1::1/64'],
    ],
  })
  .route('10.0.2.0/24', { via: '10.0.1.1' })
  .route('fd00:2::/64', { via: 'fd00:1::1' })
  .ns('b')
  .link('r', {
    ip: [
      ['10.0.2.2/24', 'fd00:2::2/64'],
      ['10.0.2.1/24', 'fd00:2::1/64'],
    ],
    mtu: 1400,
  })
  .route('10.0.1.0/24', { via: '10.0.2.1' })
  .route('fd00:1::/64', { via: 'fd00:2::1' })
  .at('a')
  .allow(PING)
  .policy('deny', ALL)
  .at('r')
  .allow(PING)
  .policy('deny', ALL)
  .at('b')
  .allow(PING)
  .policy('deny', ALL)

/** 20 and 8 bytes of 1500 are headers, 40 and 8 over IPv6. */
const WAYS = [
  { to: '10.0.2.2', size: 1472, said: /frag needed/i },
  { to: 'fd00:2::2', size: 1452, said: /packet too big/i },
] as const

describe.each(BACK_ENDS)('C28: three that drop all but a ping, with the %s back end', (back) => {
  test('neighbours of IPv6 are found again', () =>
    whole({ by: 'the SDK', back, plan }, async (machine) => {
      for (const name of ['a', 'r', 'b']) await machine.ok(`ip -n ${name} neigh flush all`)
      expect(await machine.ok('ip -n a -6 neigh show fd00:1::1')).not.toMatch(/lladdr/)
      for (const { to } of WAYS) expect(await machine.ping('a', to)).toBe('answers')
      const known = [
        await machine.ok('ip -n a -6 neigh show fd00:1::1'),
        await machine.ok('ip -n r -6 neigh show fd00:2::2'),
      ]
      for (const line of known) expect(line).toMatch(/lladdr \S+ .*(?:REACHABLE|DELAY)/)
      // and nothing else passes, or the test would prove nothing
      for (const { to } of WAYS) {
        expect(await machine.ping('b', to.replace('2', '1'))).toBe('lost')
        // its own filter drops it, or it is dropped silently on its way
        expect(await ask(machine, 'a', 'tcp', to, 80)).toBe('lost')
      }
    }))

  test('who sends too much learns of the smaller MTU, and then sends less', () =>
    whole({ by: 'the SDK', back, plan }, async (machine) => {
      for (const { to, size, said } of WAYS) {
        // the very first packet: the router knows no flow yet that its error could belong to
        const { stdout } = await machine.run(
          `ip netns exec a ping -n -c1 -W1 -M do -s ${size} ${to}`,
        )
        expect(stdout).toMatch(said)
        expect(await machine.ok(`ip -n a route get ${to}`)).toMatch(/ mtu 1400\b/)
        const less = `ip netns exec a ping -n -c1 -W1 -M do -s ${size - 100} ${to}`
        expect((await machine.run(less)).code).toBe(0)
      }
    }))
})
