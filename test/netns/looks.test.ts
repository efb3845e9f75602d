import { describe, expect, test } from 'vitest'
import { type HostPlan, net, type Plan } from '../../src/index.js'
import type { Agent } from './agent.js'
import { FRONTS, onMachine } from './fronts.js'
import { Machine } from './machine.js'

/** Routers in a row, each joined to the one before it, none to the host. */
function row(count: number): Plan {
  const names = Array.from({ length: count }, (_, i) => `r${i}`)
  const start: HostPlan = net.host('node03').named('row')
  return names.reduce<HostPlan>((plan, name, i) => {
    const own = plan
      .ns(name)
      .sysctl('net.ipv4.ip_forward', 1)
      .sysctl('net.ipv4.ip_local_port_range', '20000 30000')
    return i === 0 ? own : own.link(`r${i - 1}`, { ip: [`10.0.${i}.2/24`, `10.0.${i}.1/24`] })
  }, start)
}

/** What is not as the plan has it. */
const wrong = async (sdk: Agent, plan: Plan) =>
  ((await sdk.status(plan)).value ?? [])
    .filter(({ state }) => state !== 'present')
    .map(({ what, state }) => `${state} ${what}`)

// one at a time, side by side, and side by side from a place without the names: see ahead.bash
test.each([2, 12, 104])(
  'inside %s namespaces is seen what is there, and what somebody changed',
  async (count) => {
    const plan = row(count)
    const [a, b] = [count - 2, count - 1]
    const end = a === 0 ? 'eth0' : 'eth1'
    await using machine = await Machine.open({ setup: '' })
    await using sdk = machine.sdk()
    await sdk.status(plan)
    const empty = await machine.digest()
    expect((await sdk.up(plan)).error).toBeUndefined()
    // made twice, it would hide each name that was there
    expect(await machine.ok("grep -c ' /run/netns ' /proc/self/mountinfo")).toBe('1')
    expect(await wrong(sdk, plan)).toEqual([])
    expect((await sdk.preview(plan)).value).toMatchObject({ steps: [], drifted: [] })

    // the end of another link that has the name, the address and the MTU of the one that went
    await machine.ok(`
    ip netns exec r${a} sysctl -qw net.ipv4.ip_local_port_range='20000 30001'
    ip -n r${b} addr del 10.0.${b}.2/24 dev eth0
    mac=$(ip netns exec r${a} cat /sys/class/net/${end}/address)
    ip -n r${a} link del dev ${end}
    ip -n r${a} link add dev ${end} address $mac type veth peer name other netns r${b}`)
    const rest = [
      `address 10.0.${b}.2/24 of node03/r${b} eth0`,
      `address 10.0.${b}.1/24 of node03/r${a} ${end}`,
    ]
    const link = `link node03/r${b} eth0 <-> node03/r${a} ${end}`
    const setting = `setting net/ipv4/ip_local_port_range of node03/r${a}`
    const lost = rest.map((text) => `absent ${text}`)
    expect(await wrong(sdk, plan)).toEqual([`absent ${setting}`, `different ${link}`, ...lost])
    const { value } = await sdk.preview(plan)
    expect(value?.drifted.map(({ text }) => text)).toEqual([setting, link, ...rest])
    const { error, progress } = await sdk.up(plan)
    expect(error).toBeUndefined()
    const done = progress.filter((line) => !line.startsWith('skip '))
    expect(done).toHaveLength(value?.steps.length ?? 0)
    expect(done).toContain(`undo ip -n r${a} link del dev ${end}`)
    expect(await wrong(sdk, plan)).toEqual([])
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest()).toBe(empty)
  },
  120_000,
)

describe.each(FRONTS)('namespaces that have the names of what is looked at, by %s', (by) => {
  const NAMES = ['mine', 'handles', 'nft', 'none', 'host', 'journal', 'failed']
  const inside = (host: HostPlan, name: string, i: number) =>
    host.ns(name).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward()
  const plan: Plan = net.host('node03').named('row').each(NAMES, inside)

  test('are seen like any other', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      expect(await lab.missing()).toEqual([])
      expect((await lab.up()).done).toEqual([])
      expect(await lab.down()).toBe('')
    }))

  // the kernel takes no range whose end is before its begin
  test('are gone behind a step that fails', () => {
    const refused: Plan = net
      .host('node03')
      .named('row')
      .each(NAMES, inside)
      .at('none')
      .sysctl('net.ipv4.ip_local_port_range', '9 1')
    return onMachine({ by, plan: refused }, async (lab) => {
      expect((await lab.up()).said).toMatch(/ip_local_port_range/)
      expect(await lab.machine.ok('ls /run/netns')).toBe('')
    })
  })
})
