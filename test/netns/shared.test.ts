import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Machine } from './machine.js'

const lab = (i: number) =>
  net
    .host()
    .ns(`demo0${i}`)
    .ip(`10.0.${i}.2/24`, `fd00:${i}::2/64`)
    .veth()
    .routeBothWays()
    .allowForward()

const forwarding = 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding'

/** By turns of the SDK and the script, who take over from each other. */
describe('two labs that both need forwarding', () => {
  test.each([
    ['the first goes first', 1, 2],
    ['the last goes first', 2, 1],
  ])(
    '%s: forwarding goes back with the last, and so does the table of rules',
    async (_, first, last) => {
      await using machine = await Machine.open()
      await using sdk = machine.sdk()
      await sdk.status(lab(1))
      const script = machine.file('lab.sh', lab(2).toBash())
      const before = await machine.digest()
      expect((await sdk.up(lab(1))).error).toBeUndefined()
      expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
      expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
      const down = async (i: number) => {
        if (i === 1) expect((await sdk.down(lab(1))).error).toBeUndefined()
        else expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
      }
      await down(first)
      expect(await machine.ok(forwarding)).toBe('1\n1')
      expect(await machine.ping('', `10.0.${last}.2`)).toBe('answers')
      await down(last)
      expect(await machine.ok(forwarding)).toBe('0\n0')
      expect(await machine.digest()).toBe(before)
    },
  )
})
