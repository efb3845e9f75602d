import { describe, expect, test } from 'vitest'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'
import { all, sorted, words, wordsOfScript } from './words.js'

/** Many runs, on a machine that may be busy, in milliseconds. */
const SLOW = 180_000

describe('a lab of which a part has gone is completed', () => {
  const damages: readonly [what: string, damage: string][] = [
    ['a veth pair', 'ip link del dev vethhost01'],
    ['all rules', 'iptables -F FORWARD; ip6tables -F FORWARD'],
    ['one rule of four', 'iptables -D FORWARD 2'],
    ['addresses inside', 'ip -n demo02 addr flush dev vethdemo02 scope global'],
    ['the gateway on a host end', 'ip addr del fe80::1/64 dev vethhost02'],
    [
      'links that are down',
      'ip -n demo01 link set dev vethdemo01 down; ip link set dev vethhost02 down',
    ],
    ['a loopback that is down', 'ip -n demo01 link set dev lo down'],
    ['a namespace', 'ip link del dev vethhost02; ip netns del demo02'],
    ['routes', 'ip route del 10.0.2.2/32; ip -n demo01 -6 route del default'],
    [
      'forwarding',
      'for file in ipv4/ip_forward ipv6/conf/all/forwarding; do echo 0 >/proc/sys/net/$file; done',
    ],
  ]

  test.each(['the SDK', 'the script'])(
    'by %s',
    async (by) => {
      await using machine = await Machine.open({ setup: DROP })
      await using sdk = machine.sdk()
      await sdk.status(s2)
      const script = machine.file('s2.sh', s2.toBash())
      const before = await machine.digest()
      expect((await sdk.up(s2)).error).toBeUndefined()
      const whole = sorted(await machine.digest())
      for (const [what, damage] of damages) {
        await machine.ok(damage)
        if (by === 'the SDK') {
          const half = await machine.run(`${script} status`)
          expect([what, half.code]).toEqual([what, 3])
          const states = words((await sdk.status(s2)).value)
          expect([what, wordsOfScript(s2, half.stdout)]).toEqual([what, states])
          expect([what, (await sdk.up(s2)).error]).toEqual([what, undefined])
        } else {
          const { stdout, stderr } = await machine.run(`${script} up`)
          expect([what, stdout.split('\n').at(-1), stderr]).toEqual([
            what,
            'lab node03-demo01 is up',
            '',
          ])
        }
        const now = words((await sdk.status(s2)).value)
        expect([what, now]).toEqual([what, all(s2, 'present')])
      }
      expect(sorted(await machine.digest())).toEqual(whole)
      expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
      expect(await machine.ping('demo02', 'fd00:1::2')).toBe('answers')
      expect((await sdk.down(s2)).error).toBeUndefined()
      expect(await machine.digest()).toBe(before)
    },
    SLOW,
  )
})
