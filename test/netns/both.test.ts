import { describe, expect, test } from 'vitest'
import type { Status } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import { kindOf } from '../../src/resource/index.js'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'

const json = s2.toJSON()

/** What `status` of the SDK says, of each resource. */
const words = (status: readonly Status[] | undefined) =>
  status?.map(({ state, what }) => `${state} ${what}`)

/** What `status` of the script says, a line a step, gathered by resource. */
function wordsOfScript(stdout: string): string[] {
  const steps = stepsOf(json)
  const states = stdout.split('\n').map((line) => line.split(' ')[0] ?? '')
  expect(states).toHaveLength(steps.length)
  return json.resources.map((resource, index) => {
    const own = new Set(states.filter((_, i) => steps[i]?.resource === index))
    const [first, other] = [...own]
    const state = own.has('foreign') ? 'foreign' : other === undefined ? first : 'different'
    return `${state} ${kindOf(resource).describe(resource)}`
  })
}

/** A digest of a lab that is up, but for the order in which it was made and the inodes of its namespaces. */
const sorted = (digest: string) =>
  digest
    .replace(/^(#namespaces .*) \d+$/gm, '$1')
    .split('\n')
    .sort()

const all = (state: string) =>
  json.resources.map((resource) => `${state} ${kindOf(resource).describe(resource)}`)

describe('a script and the SDK are one', () => {
  test('they make the same state, and either takes down what the other put up', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()

    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    const byScript = sorted(await machine.digest())
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)

    expect((await sdk.up(s2)).error).toBeUndefined()
    const bySdk = sorted(await machine.digest())
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
    expect(bySdk).toEqual(byScript)
  })

  test('they say the same of each resource at every stage, up and down twice, from several processes', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using one = machine.sdk()
    await using other = machine.sdk()
    const script = machine.file('s2.sh', s2.toBash())
    await Promise.all([one.status(s2), other.status(s2)])
    const before = await machine.digest()
    const status = async (code: number) => {
      const said = await machine.run(`${script} status`)
      expect(said.code).toBe(code)
      const ofSdk = words((await other.status(s2)).value)
      expect(wordsOfScript(said.stdout)).toEqual(ofSdk)
      return ofSdk
    }

    expect(await status(3)).toEqual(all('absent'))
    expect((await one.up(s2)).error).toBeUndefined()
    expect(await status(0)).toEqual(all('present'))
    const up = await machine.digest()
    const again = await other.up(s2)
    expect(again.error).toBeUndefined()
    expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
    expect((await machine.run(`${script} up`)).stdout).toBe('lab node03-demo01 was up already')
    expect(await machine.digest()).toBe(up)
    expect(await status(0)).toEqual(all('present'))

    expect((await other.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
    expect(await status(3)).toEqual(all('absent'))
    expect((await one.down(s2)).error).toBeUndefined()
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })
})

describe('a lab of which a part has gone is completed', () => {
  const damages: readonly [what: string, damage: string][] = [
    ['a veth pair', 'ip link del dev vethhost01'],
    ['the rules of IPv4', 'iptables -F FORWARD'],
    ['the rules of IPv6', 'ip6tables -F FORWARD'],
    ['one rule of four', 'iptables -D FORWARD 2'],
    ['an address inside', 'ip -n demo02 addr del 10.0.2.2/24 dev vethdemo02'],
    ['an IPv6 address inside', 'ip -n demo02 addr del fd00:2::2/64 dev vethdemo02'],
    ['the gateway on a host end', 'ip addr del fe80::1/64 dev vethhost02'],
    ['a link inside that is down', 'ip -n demo01 link set dev vethdemo01 down'],
    ['a host end that is down', 'ip link set dev vethhost01 down'],
    ['a loopback that is down', 'ip -n demo01 link set dev lo down'],
    ['a namespace', 'ip link del dev vethhost02; ip netns del demo02'],
    ['a route on the host', 'ip route del 10.0.2.2/32'],
    ['a default route inside', 'ip -n demo01 route del default'],
    ['forwarding', 'echo 0 >/proc/sys/net/ipv4/ip_forward'],
    ['forwarding of IPv6', 'echo 0 >/proc/sys/net/ipv6/conf/all/forwarding'],
  ]

  test.each(['the SDK', 'the script'])('by %s', async (by) => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()
    expect((await sdk.up(s2)).error).toBeUndefined()
    const whole = sorted(await machine.digest())
    for (const [what, damage] of damages) {
      await machine.ok(damage)
      const half = await machine.run(`${script} status`)
      expect([what, half.code]).toEqual([what, 3])
      expect([what, wordsOfScript(half.stdout)]).toEqual([
        what,
        words((await sdk.status(s2)).value),
      ])
      if (by === 'the SDK') expect([what, (await sdk.up(s2)).error]).toEqual([what, undefined])
      else expect([what, (await machine.run(`${script} up`)).stderr]).toEqual([what, ''])
      const now = words((await sdk.status(s2)).value)
      expect([what, now]).toEqual([what, all('present')])
      expect([what, await machine.ping('demo01', '10.0.2.2')]).toEqual([what, 'answers'])
      expect([what, await machine.ping('demo02', 'fd00:1::2')]).toEqual([what, 'answers'])
    }
    expect(sorted(await machine.digest())).toEqual(whole)
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })
})
