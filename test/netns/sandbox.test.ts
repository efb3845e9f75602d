import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Agent } from './agent.js'
import { alive, descendants } from './descendants.js'
import { Machine } from './machine.js'
import { installedCopy } from './package.js'
import { s2, s3 } from './plans.js'

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const sandbox = { options: { sandbox: true } }

test('S3: another host and the namespaces answer each other, and it sees their own addresses', async () => {
  await using lab = await s3.up({ sandbox: true })
  const seen = lab.host('node02').$({
    input: `table ip seen {
  chain input {
    type filter hook input priority 0
    icmp type echo-request ip saddr 10.0.1.2 counter
    icmp type echo-request ip saddr 10.0.2.2 counter
    icmp type echo-request ip saddr 100.100.198.250 counter
  }
}
`,
  })
  await seen`nft -f -`
  for (const name of ['demo01', 'demo02'] as const) {
    await lab.ns(name).$`ping -n -c1 -W2 100.100.198.253`
  }
  await lab.host('node02').$`ping -n -c1 -W2 10.0.1.2`
  await lab.host('node02').$`ping -n -c1 -W2 10.0.2.2`
  const counters = await lab.host('node02').$`nft list table ip seen`.text()
  expect(counters.match(/saddr \S+ counter packets \d+/g)).toEqual([
    'saddr 10.0.1.2 counter packets 1',
    'saddr 10.0.2.2 counter packets 1',
    'saddr 100.100.198.250 counter packets 0',
  ])
})

describe.each([
  ['root', []],
  ['a user without rights (C45)', nobody],
])('a sandbox of %s', (_, as) => {
  test('up, a shell in its places, status, down; the machine outside stays as it was', async () => {
    await using machine = await Machine.open()
    using copy = installedCopy()
    await using sdk = new Agent([...machine.enter, ...as, process.execPath], copy.folder)
    await sdk.status(s2)
    const before = await machine.digest()
    expect((await sdk.up(s2, sandbox)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before.slice(0, before.indexOf('#processes')))
    const states = (await sdk.runningStatus()).value?.map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['present']))
    const ping = 'ping -n -c1 -W2 10.0.2.2 && ping -n -c1 -W2 fd00:2::2'
    expect((await sdk.shell({ ns: 'demo01', script: ping })).value?.exitCode).toBe(0)
    const wrong = await sdk.shell({ ns: 'demo03', script: 'true' })
    expect(wrong.error?.code).toBe('UNKNOWN_NAME')
    expect((await sdk.down(s2)).error?.code).toBe('LAB_IN_SANDBOX')
    expect((await sdk.runningDown()).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('kill -9 of the program takes everything with it, also what left its group', async () => {
    using copy = installedCopy()
    const sdk = new Agent([...as, process.execPath], copy.folder)
    expect((await sdk.up(s2, sandbox)).error).toBeUndefined()
    const script = 'setsid -f sleep 1000 </dev/null >/dev/null 2>&1'
    expect((await sdk.shell({ ns: 'demo01', script })).value?.exitCode).toBe(0)
    const all = descendants(sdk.child.pid ?? 0)
    expect(all.length).toBeGreaterThan(2)
    sdk.child.kill('SIGKILL')
    await expect.poll(() => all.filter(alive), { timeout: 2000 }).toEqual([])
  })
})

describe('running.ns().$', () => {
  test('keeps the folder, the environment and the exit code; two sandboxes of one lab do not meet', async () => {
    const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth().routeBothWays()
    await using one = await plan.up({ sandbox: true })
    await using other = await plan.up({ sandbox: true })
    const $ = one.ns('demo01').$({ cwd: '/usr', env: { ...process.env, GREETING: 'a b$c' } })
    expect(await $`pwd; echo "$GREETING"`.text()).toBe('/usr\na b$c\n')
    expect((await $`exit 7`.nothrow()).exitCode).toBe(7)
    await one.ns('demo01').$`ip addr add 10.9.9.9/32 dev eth0`
    const addresses = await other.ns('demo01').$`ip -4 -o addr show`.text()
    expect(addresses).toContain('10.0.1.2/24')
    expect(addresses).not.toContain('10.9.9.9')
    await one.down()
    expect((await other.status()).map(({ state }) => state)).not.toContain('absent')
    await expect(plan.down()).rejects.toMatchObject({ code: 'LAB_IN_SANDBOX' })
  })
})
