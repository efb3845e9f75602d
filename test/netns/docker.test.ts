import { describe, expect, test } from 'vitest'
import { ask, BACK_ENDS } from './back-ends.js'
import { Machine } from './machine.js'
import { DOCKER, s2OfIpv4 } from './plans.js'

const REJECT = `
iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A FORWARD -j REJECT --reject-with icmp-host-prohibited`

describe.each(BACK_ENDS)('C49: a FORWARD that drops, with the %s back end', (back) => {
  test.each([
    ["Docker's chains", DOCKER, 'DOCKER-USER'],
    ['a chain that ends in a REJECT', REJECT, 'FORWARD'],
  ])('%s: all ways answer, and down restores byte for byte', async (_, setup, chain) => {
    await using machine = await Machine.open()
    const { call, env } = await ask(machine, back)
    await machine.ok(`PATH=${call.PATH}\n${setup}`)
    expect(await machine.ok(`PATH=${call.PATH} iptables -V`)).toContain(
      back === 'iptables-legacy' ? 'legacy' : 'nf_tables',
    )
    await using sdk = machine.sdk()
    const script = machine.file('s2.sh', s2OfIpv4.toBash())
    await sdk.status(s2OfIpv4)
    const before = await machine.digest()
    const answers = async () => {
      for (const [from, to] of [
        ['', '10.0.1.2'],
        ['demo02', '100.100.198.250'],
        ['demo01', '10.0.2.2'],
        ['demo02', '10.0.1.2'],
      ] as const) {
        expect([from, to, await machine.ping(from, to)]).toEqual([from, to, 'answers'])
      }
      const rules = await machine.ok(`PATH=${call.PATH} iptables -S ${chain}`)
      expect(rules.match(/--comment "?netloom:/g)).toHaveLength(4)
    }

    expect((await sdk.up(s2OfIpv4, call)).error).toBeUndefined()
    await answers()
    const again = await sdk.up(s2OfIpv4, call)
    expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
    expect((await sdk.down(s2OfIpv4, { PATH: call.PATH })).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)

    expect(await machine.run(`${env} ${script} up`)).toMatchObject({ code: 0, stderr: '' })
    await answers()
    expect(await machine.run(`${env} ${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })
})
