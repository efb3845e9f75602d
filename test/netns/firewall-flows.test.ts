import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { ask as asked, BACK_ENDS } from './back-ends.js'
import { whole } from './fronts.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'
import { ask, serve } from './servers.js'
import { talk } from './talk.js'

const by = 'the SDK'

const host = net.host('node03', {
  address: ['100.100.198.250/24', 'fd00:100::250/64'],
  device: 'enp2s0',
})
const WEB = { 4: '10.0.1.2', 6: 'fd00:1::2' } as const
const DB = { 4: '10.0.2.2', 6: 'fd00:2::2' } as const
const FAMILIES = [4, 6] as const

const two = host
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .allowForward()
  .ns('db')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth()
  .routeBothWays()
  .allowForward()

const ALL = { hooks: ['input', 'forward', 'output'] } as const

/** web may ask db at some ports; all that db sends to web is denied, which is what its replies are as well. */
const replies = {
  'in a namespace': two
    .at('db')
    .allow({ from: 'web', port: ['80', '90'] })
    .deny({ to: 'web' })
    .policy('deny', ALL)
    .at('web')
    .policy('deny'),
  'at the host': two
    .host('node03')
    .allow({ from: 'web', to: 'db', port: ['80', '90'] })
    .deny({ from: 'db', to: 'web' })
    .policy('deny'),
}

/** Over both families, one after the other. */
async function both(
  machine: Machine,
  from: string,
  protocol: 'tcp' | 'udp',
  to: Readonly<Record<4 | 6, string>>,
  port: number,
): Promise<string[]> {
  const said: string[] = []
  for (const family of FAMILIES) said.push(await ask(machine, from, protocol, to[family], port))
  return said
}

describe.each(BACK_ENDS)('with the %s back end', (back) => {
  describe.each(Object.entries(replies))('flows %s', (_, plan) => {
    test('what was begun from the allowed side goes on both ways, though its replies match a deny; nothing begins there', () =>
      whole({ by, back, plan, setup: DROP }, async (machine) => {
        const end = await serve(machine, 'web', 80)
        for (const family of FAMILIES) {
          const between = { from: 'web', to: 'db', address: DB[family], port: 80 }
          const talking = await talk(machine, between)
          expect([family, ...(await talking.heard())]).toEqual([family, true, true])
          await talking.end()
        }
        // a program is told at once that its own namespace drops what it sends over UDP (EPERM)
        const dropped = plan === replies['at the host'] ? 'lost' : 'refused'
        expect(await both(machine, 'db', 'tcp', WEB, 80)).toEqual(['lost', 'lost'])
        expect(await both(machine, 'db', 'udp', WEB, 80)).toEqual([dropped, dropped])
        await end()
      }))

    test('that nobody listens is told: the error belongs to the flow', () =>
      whole({ by, back, plan, setup: DROP }, async (machine) => {
        expect(await both(machine, 'web', 'udp', DB, 90)).toEqual(['refused', 'refused'])
        expect(await both(machine, 'web', 'udp', DB, 91)).toEqual(['lost', 'lost'])
      }))
  })
  // the kernel tracks connections only from the first rule on that asks for their state
  test.each([
    ['in a namespace', 'where connections were tracked by then', true],
    ['in a namespace', 'where none were', false],
    ['at the host', 'where connections were tracked by then', true],
    ['at the host', 'where none were', false],
  ] as const)(
    'rules %s, and a connection that was there before, %s',
    async (where, _, isTracked) => {
      const first = where === 'at the host' ? two.host('node03') : two.at('db')
      const less = isTracked ? first.deny({ from: '192.0.2.9' }) : first
      const more = less.deny({ to: 'web' }).policy('deny')
      await using machine = await Machine.open()
      const { call } = await asked(machine, back)
      const { PATH } = call
      await using sdk = machine.sdk()
      await sdk.status(more, { PATH })
      const before = await machine.digest()
      expect((await sdk.up(less, call)).error).toBeUndefined()
      await machine.settled()
      const talking = await talk(machine, { from: 'db', to: 'web', address: WEB[4], port: 80 })
      expect(await talking.heard()).toEqual([true, true])
      expect((await sdk.up(more, call)).error).toBeUndefined()
      expect(await talking.heard()).toEqual([isTracked, isTracked])
      expect(await ask(machine, 'db', 'tcp', WEB[4], 80)).toBe('lost')
      await talking.end()
      expect((await sdk.down(more, { PATH })).error).toBeUndefined()
      expect(await machine.digest()).toBe(before)
    },
  )
})
