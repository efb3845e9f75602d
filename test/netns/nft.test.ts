import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { WITHOUT_BOTH, WITHOUT_IPTABLES } from './back-ends.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { Machine } from './machine.js'
import { DOCKER, DROP, s2 } from './plans.js'
import { ask, serve } from './servers.js'
import { words } from './words.js'

const plan: Plan = net
  .host('node03', { address: ['100.100.198.250/24', 'fd00:100::250/64'], device: 'enp2s0' })
  .named('lab')
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .allowForward()
  .masquerade()
  .publish('8080:80')

const NATIVE = `
nft -f - <<'END'
table inet own {
  set known {
    type ipv4_addr
    elements = { 192.0.2.1, 192.0.2.2 }
  }
  chain input { type filter hook input priority 0; policy accept; }
  chain forward {
    type filter hook forward priority 10; policy accept;
    ct state established,related accept comment "no drop here"
    jump others
  }
  chain others {
    ip saddr @known accept
    counter reject with icmpx admin-prohibited
  }
}
END`

/** All ways of the lab lead there. */
async function holds(machine: Machine): Promise<void> {
  const end = await serve(machine, 'web', 80)
  for (const to of ['100.100.198.250', 'fd00:100::250']) {
    expect(await ask(machine, 'other', 'tcp', to, 8080)).toBe(
      to.includes(':') ? 'fd00:100::1' : '100.100.198.1',
    )
  }
  await end()
  expect(await machine.ping('web', '100.100.198.1')).toBe('answers')
  expect(await machine.ping('web', 'fd00:100::1')).toBe('answers')
}

const HOSTS: readonly [what: string, setup: string, where: string][] = [
  ['a host whose own firewall of nft rejects', NATIVE, 'inet own forward'],
  ['the same beside Docker', `${NATIVE}\n${DOCKER}`, 'inet own forward'],
  ['a host without iptables that lets pass', WITHOUT_IPTABLES, 'ip netloom-lab FORWARD'],
  ['one that drops', `${DROP}${WITHOUT_IPTABLES}`, 'ip filter FORWARD'],
  ["one with Docker's chains", `${DOCKER}${WITHOUT_IPTABLES}`, 'ip filter DOCKER-USER'],
]

describe.each(FRONTS)('found without being asked for, by %s', (by) => {
  test.each(HOSTS)(
    '%s: all ways lead there, and down leaves all byte for byte',
    (_, setup, where) =>
      whole({ by, plan, setup }, async (machine) => {
        await holds(machine)
        expect(await machine.ok(`nft list chain ${where}`)).toMatch(/accept comment "netloom:lab /)
        expect(await machine.ok('cat /run/netloom/lab/journal')).toContain('\nfirewall nft\n')
        // what others have made with iptables, they can read
        if (setup === `${NATIVE}\n${DOCKER}`)
          expect(await machine.ok('iptables -S')).toContain('lab')
      }),
  )
})

test('a native firewall that lets pass does not change the choice', async () => {
  const setup = `${DROP}; nft -f - <<'END'
table inet own {
  chain forward { type filter hook forward priority 0; ct state established accept; counter; }
}
END`
  await whole({ by: 'the SDK', plan, setup }, async (machine) => {
    await holds(machine)
    expect(await machine.ok('nft list tables')).not.toContain('netloom')
  })
})

describe.each(FRONTS)('what is lost is told and made again, by %s', (by) => {
  test('rules of our own table, rules in a chain of others, and a firewall that came later', () =>
    onMachine({ by, plan, setup: NATIVE }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const masquerade = /^absent masquerade of node03: 10\.0\.1\.0/
      await heals(lab, 'nft delete table ip netloom-lab', [masquerade, /^different port 8080/])
      const rules = [/^absent rule .* IPv4 to/, /^absent rule .* IPv4 from/]
      const rules6 = [/^absent rule .* IPv6 to/, /^absent rule .* IPv6 from/]
      const ports = [/^different port 8080/, /^different port 8080/]
      await heals(
        lab,
        'nft flush chain inet own forward; nft add rule inet own forward jump others',
        [...rules, ...rules6, ...ports],
      )
      await heals(
        lab,
        `nft -f - <<'END'
table ip late {
  chain forward { type filter hook forward priority -5; policy drop; }
}
END`,
        [...rules, /^different port 8080/],
      )
      await holds(lab.machine)
      expect(await lab.down()).toBe('')
      expect(await lab.machine.ok('nft list chain ip late forward')).not.toContain('netloom')
      await lab.machine.ok(`nft delete table ip late; nft delete table inet own\n${NATIVE}`)
    }))
})

test('a lab keeps what it has, whoever asks, and by SDK and script', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  const first = net.host('node03').named('lab').ns('web').ip('10.0.1.2/24').veth()
  const more = first.routeBothWays().allowForward()
  const most = more.ns('b').ip('10.0.2.2/24').veth().routeBothWays().allowForward()
  const script = machine.file('lab.sh', most.toBash())
  await sdk.status(most)
  const before = await machine.digest()
  // without rules there is nothing to keep
  expect((await sdk.up(first)).error).toBeUndefined()
  expect((await sdk.up(more, { options: { firewall: 'nft' } })).error).toBeUndefined()
  const { error } = await sdk.up(most, { options: { firewall: 'iptables' } })
  expect([error?.code, error?.findings.map(({ message }) => message)]).toEqual([
    'PREFLIGHT',
    ['this lab has its rules by nft, and not by iptables: take it down first'],
  ])
  const refused = await machine.run(`NETLOOM_FIREWALL=iptables ${script} up`)
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('by nft, and not by')])
  expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
  expect(await machine.ping('web', '10.0.2.2')).toBe('answers')
  expect(words((await sdk.status(most)).value)?.filter((line) => !/^present/.test(line))).toEqual(
    [],
  )
  expect((await sdk.net('down', ['lab'])).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)

  expect((await sdk.up(more)).error).toBeUndefined()
  const other = await sdk.up(most, { options: { firewall: 'nft' } })
  expect(other.error?.findings.map(({ message }) => message)).toEqual([
    'this lab has its rules by iptables, and not by nft: take it down first',
  ])
  expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
  expect(await machine.digest()).toBe(before)
  expect((await machine.run(`NETLOOM_FIREWALL=ufw ${script} up`)).stderr).toContain(
    'NETLOOM_FIREWALL is iptables or nft, and not ufw',
  )
})

test('a run that is cut off is taken back, and one that was killed by down, with its journal or without', async () => {
  await using machine = await Machine.open({ setup: NATIVE })
  await using sdk = machine.sdk()
  const script = machine.file('lab.sh', plan.toBash())
  await sdk.status(plan)
  const before = await machine.digest('processes')
  const ruleset = 'nft -s list ruleset'
  const found = await machine.ok(ruleset)
  const { progress } = await sdk.up(plan)
  expect((await sdk.down(plan)).error).toBeUndefined()
  const rules = progress.flatMap((line, i) => (line.includes('tables') ? [i + 1] : []))
  for (const k of [rules[0], rules[5], rules.at(-1)]) {
    const { error } = await sdk.up(plan, k === undefined ? {} : { abortAt: k })
    expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'ABORTED', []])
    expect([k, await machine.digest('processes')]).toEqual([k, before])
  }
  for (const step of ['-t filter -A FORWARD -i', '-t nat -A OUTPUT']) {
    // it dies with its line
    await machine.run(`${script} up | while read -r line; do
      [[ $line != *'${step}'* ]] || kill -KILL "$(pgrep -f 'bash ${script}' | head -n 1)"
    done`)
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
  }
  expect((await sdk.up(plan)).error).toBeUndefined()
  await machine.ok('rm -r /run/netloom')
  const lost = words((await sdk.status(plan)).value)?.filter((line) => !/^present/.test(line))
  expect(lost).toEqual(['absent IPv4 forwarding on node03', 'absent IPv6 forwarding on node03'])
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.ok(ruleset)).toBe(found)
})

test('legacy tables that drop are out of reach, and a host without both is told what to install', async () => {
  await using machine = await Machine.open({ setup: 'iptables-legacy -P FORWARD DROP' })
  await using sdk = machine.sdk()
  const { error } = await sdk.up(plan, { options: { firewall: 'nft' } })
  expect([error?.code, error?.findings.map(({ message }) => message)]).toEqual([
    'PREFLIGHT',
    [
      'the legacy tables of iptables drop (iptables-legacy-save), and nft cannot let pass what they drop: choose iptables',
    ],
  ])
  await machine.ok(WITHOUT_BOTH)
  const none = await sdk.up(plan)
  expect(none.error?.findings.map(({ message }) => message)).toEqual([
    'the tool iptables is missing: install the package iptables',
    'the tool ip6tables is missing: install the package iptables',
  ])
  const asked = await sdk.up(s2, { options: { firewall: 'nft' } })
  expect(asked.error?.findings.map(({ message }) => message)).toContain(
    'the tool nft is missing: install the package nftables',
  )
})
