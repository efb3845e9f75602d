import { describe, expect, test } from 'vitest'
import { type HostPlan, net } from '../../src/index.js'
import { ask, BACK_ENDS } from './back-ends.js'
import { faultOn } from './fault.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { Machine } from './machine.js'
import { DOCKER, DROP, WAY_BACK } from './plans.js'
import { decide, type Verdicts } from './verdicts.js'

const host = net.host('node03', {
  address: ['100.100.198.250/24', 'fd00:100::250/64'],
  device: 'enp2s0',
})
const CIDRS = {
  web: ['10.0.1.2', 'fd00:1::2'],
  db: ['10.0.2.2', 'fd00:2::2'],
  app: ['10.0.3.2', 'fd00:3::2'],
} as const

const join = (plan: HostPlan, name: keyof typeof CIDRS) =>
  plan
    .host('node03')
    .ns(name)
    .ip(`${CIDRS[name][0]}/24`, `${CIDRS[name][1]}/64`)
    .veth()
    .routeBothWays()
    .allowForward()
    .host('node03')

const { web, db } = CIDRS
const two = { web, db }

/** Rules of the host for two namespaces, and what is added to them later. */
const small = join(join(host, 'web'), 'db')
  .deny({ from: 'web', to: 'db', protocol: 'icmp' })
  .allow({ from: 'web', to: 'db' })
  .policy('deny')
const large = join(small, 'app')
  // what was said first decides
  .deny({ from: 'web', to: 'db', protocol: 'tcp', port: 80 })
  .allow({ from: 'app', to: 'db', protocol: 'tcp', port: 80 })

const SMALL: Verdicts = {
  passes: ['web db tcp 80', 'web db udp 80', 'h web ping'],
  lost: ['web db ping', 'db web tcp 80', 'db h ping', 'outside web ping', 'web outside ping'],
}
const LARGE: Verdicts = {
  passes: [...SMALL.passes, 'app db tcp 80'],
  lost: [...SMALL.lost, 'app db udp 80', 'app web tcp 80', 'app h ping', 'web app tcp 80'],
}

const OPEN = ['iptables', 'ip6tables']
  .map((tool) => `${tool} -I FORWARD -j ACCEPT; ${tool} -I INPUT -j ACCEPT`)
  .join('\n')

describe.each(BACK_ENDS)('at a host, with the %s back end', (back) => {
  // what is done to rules by the words of iptables
  const byHand: typeof test | (() => void) = back === 'nft' ? () => {} : test

  describe.each(FRONTS)('by %s', (by) => {
    test.each([
      ["Docker's chains", `${DOCKER}; ip6tables -P FORWARD DROP`],
      ['a FORWARD that drops', DROP],
      ['rules of others that accept everything', OPEN],
    ])('%s: what is allowed passes, what is denied does not', (_, setup) =>
      whole({ by, back, plan: large, setup: `${setup}${WAY_BACK}` }, (machine) =>
        decide(machine, CIDRS, LARGE),
      ),
    )

    byHand('rules that were deleted by hand are told, and made again in their order', () =>
      onMachine({ by, back, plan: small, setup: `${DROP}${WAY_BACK}` }, async (lab) => {
        const { machine } = lab
        expect((await lab.up()).said).toBe('')
        const all = `for tool in iptables ip6tables; do PATH=${lab.PATH} $tool-save -t filter | grep ^-A; done`
        const before = await machine.ok(all)
        const chain = /-A (netloom-\S+-forward)-r /.exec(before)?.[1] ?? ''
        for (const damage of [
          'iptables -F',
          'iptables -F FORWARD; ip6tables -F FORWARD',
          `iptables -F ${chain}`,
          `iptables -D ${chain}-r 1`,
          `iptables -D ${chain} 1`,
          'iptables -D FORWARD 1',
        ]) {
          await machine.ok(`export PATH=${lab.PATH}\n${damage}`)
          expect([damage, await lab.missing()]).not.toEqual([damage, []])
          expect([damage, (await lab.up()).said]).toEqual([damage, ''])
          expect([damage, await lab.missing()]).toEqual([damage, []])
          await decide(machine, two, SMALL)
        }
        expect(await lab.down()).toBe('')
      }),
    )
  })

  test('a second up with more namespaces and rules: the new links are asked too, and what was first decides', async () => {
    for (const setup of [DROP, `${DOCKER}; ip6tables -P FORWARD DROP`]) {
      await using machine = await Machine.open()
      const { call } = await ask(machine, back)
      const { PATH } = call
      await machine.ok(`PATH=${PATH}\n${setup}${WAY_BACK}`)
      await using sdk = machine.sdk()
      await sdk.status(large, { PATH })
      const before = await machine.digest()
      expect((await sdk.up(small, call)).error).toBeUndefined()
      await decide(machine, two, SMALL)
      expect((await sdk.up(large, call)).error).toBeUndefined()
      await decide(machine, CIDRS, LARGE)
      expect((await sdk.down(large, { PATH })).error).toBeUndefined()
      expect(await machine.digest()).toBe(before)
    }
  })

  byHand(
    'down takes all, without the journal, after a kill, and with rules of others in the chains of the lab',
    async () => {
      await using machine = await Machine.open()
      const { call } = await ask(machine, back)
      const { PATH } = call
      await machine.ok(`PATH=${PATH}\n${DROP}`)
      await using sdk = machine.sdk()
      await sdk.status(small, { PATH })
      const before = await machine.digest()
      const up = async () => expect((await sdk.up(small, call)).error).toBeUndefined()
      const down = async () => {
        expect((await sdk.down(small, { PATH })).error).toBeUndefined()
        expect(await machine.digest()).toBe(before)
      }
      await up()
      const chains = await machine.ok(`PATH=${PATH} iptables -S | sed -n 's/^-N //p'`)
      expect(chains.split('\n')).toHaveLength(4)
      for (const chain of chains.split('\n')) {
        await machine.ok(`PATH=${PATH} iptables -I ${chain} -s 192.0.2.9 -j ACCEPT`)
      }
      await machine.ok(`PATH=${PATH} iptables -I FORWARD -s 192.0.2.9 -j ACCEPT`)
      expect((await sdk.down(small, { PATH })).error).toBeUndefined()
      expect(
        await machine.ok(`PATH=${PATH} iptables -S FORWARD; PATH=${PATH} iptables -S`),
      ).not.toMatch(/netloom/)
      await machine.ok(`PATH=${PATH} iptables -D FORWARD -s 192.0.2.9 -j ACCEPT`)
      expect(await machine.digest()).toBe(before)
      await up()
      const kept = machine.file('journal', '')
      await machine.ok(`cp -a /run/netloom ${kept}.d; rm -r /run/netloom`)
      await sdk.down(small, { PATH })
      expect(
        await machine.ok(`PATH=${PATH} iptables-save; PATH=${PATH} ip6tables-save; ls /run/netns`),
      ).not.toMatch(/netloom|web|db/)
      await machine.ok(`[[ -e /run/netloom ]] || cp -a ${kept}.d /run/netloom`)
      await down()
    },
  )
})

test('an up that fails, or is killed, among the rules: what was made is taken back', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const plan = small.at('web').deny({ from: 'db' }).policy('deny')
  const fault = await faultOn(machine)
  await sdk.status(plan)
  const before = await machine.digest()
  await fault.at(100_000)
  expect((await sdk.up(plan, { PATH: fault.PATH })).error).toBeUndefined()
  const all = Number(machine.read('count'))
  expect((await sdk.down(plan)).error).toBeUndefined()
  // the last ones are rules
  for (const k of [all, all - 9, all - 23, all - 40, all - 60]) {
    await fault.at(k)
    const { error } = await sdk.up(plan, { PATH: fault.PATH })
    expect([k, await fault.fired()]).not.toEqual([k, ''])
    expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'STEP_FAILED', []])
    expect([k, await machine.digest()]).toEqual([k, before])
  }
  await fault.at(all - 20, 'hang')
  const killed = machine.sdk()
  const pid = await killed.pid()
  const up = killed.up(plan, { PATH: fault.PATH }).catch(() => 'killed')
  await expect.poll(() => fault.fired(), { timeout: 20_000 }).not.toBe('')
  await machine.ok(`kill -KILL ${pid}`)
  expect(await up).toBe('killed')
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

describe.each(FRONTS)('in a namespace, by %s', (by) => {
  test('rules and policies that were changed by hand are told, and made again in their order', () => {
    const plan = join(join(host, 'web'), 'db')
      .at('db')
      .deny({ from: 'web', protocol: 'icmp' })
      .allow({ from: 'web' })
      .policy('deny')
    const verdicts: Verdicts = {
      passes: ['web db tcp 80', 'db web ping'],
      lost: ['web db ping', 'h db tcp 80'],
    }
    return onMachine({ by, plan, setup: DROP }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const inside = (text: string) => `ip netns exec db ${text}`
      await heals(lab, inside('iptables -P INPUT ACCEPT'), [/db for IPv4 input: deny the rest/])
      for (const damage of ['iptables -F', 'iptables -D INPUT 5', 'ip6tables -D INPUT 1']) {
        await lab.machine.ok(inside(damage))
        expect([damage, await lab.missing()]).not.toEqual([damage, []])
        expect([damage, (await lab.up()).said]).toEqual([damage, ''])
        expect([damage, await lab.missing()]).toEqual([damage, []])
        await decide(lab.machine, two, verdicts)
      }
      expect(await lab.down()).toBe('')
    })
  })
})
