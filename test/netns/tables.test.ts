import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Machine } from './machine.js'

const lab = net.host().ns('demo01').ip('10.0.1.2/24').veth().routeBothWays().allowForward()

/** What is left of the table that iptables made for the lab, line by line, without what the tools themselves say of it. */
const TABLE = `nft list table ip filter 2>&1 | grep -v '^#'`
const FORWARD = ['chain FORWARD {', 'type filter hook forward priority filter;']

/** What somebody does to it while the lab is up, and what down leaves: theirs, and nothing of the lab. */
const CASES: readonly [name: string, does: string, left: readonly string[]][] = [
  ['nothing', ':', ['Error: No such file or directory']],
  ['a rule', 'iptables -A FORWARD -s 192.0.2.1 -j DROP', [...FORWARD, 'ip saddr 192.0.2.1']],
  ['a policy', 'iptables -P FORWARD DROP', [...FORWARD, 'policy drop;']],
  ['a chain', 'iptables -N theirs', ['chain theirs {']],
  ['a base chain', 'iptables -A INPUT -s 192.0.2.1 -j DROP', ['chain INPUT {', '192.0.2.1']],
  ['a set', `nft add set ip filter theirs '{ type ipv4_addr; }'`, ['set theirs {', 'ipv4_addr']],
]

describe.each(CASES)('a table that was made for the lab gets %s', (name, does, left) => {
  const check = (table: string) => {
    for (const words of left) expect(table).toContain(words)
    expect(table).not.toContain('netloom')
    const keeps = left.includes('chain FORWARD {') || name === 'nothing'
    if (!keeps) expect(table).not.toContain('FORWARD')
  }

  test('down by the SDK', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    expect((await sdk.up(lab)).error).toBeUndefined()
    await machine.ok(does)
    expect((await sdk.down(lab)).error).toBeUndefined()
    check((await machine.run(TABLE)).stdout)
  })

  test('down by the script', async () => {
    await using machine = await Machine.open()
    const script = machine.file('lab.sh', lab.toBash())
    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    await machine.ok(does)
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    check((await machine.run(TABLE)).stdout)
  })
})

test('an up beside tables of others: of what was there before, down takes nothing', async () => {
  const setup = `
    iptables -N theirs; iptables -A FORWARD -s 192.0.2.1 -j ACCEPT
    nft add table ip6 filter; nft add table ip nat`
  await using machine = await Machine.open({ setup })
  await using sdk = machine.sdk()
  const both = lab
    .host('host')
    .ns('demo02')
    .ip('10.0.2.2/24', 'fd00:2::2/64')
    .veth()
    .routeBothWays()
  const plan = both.allowForward().masquerade({ via: 'enp2s0' })
  await sdk.status(plan)
  const before = await machine.digest()
  expect((await sdk.up(plan)).error).toBeUndefined()
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})
