import { expect, test } from 'vitest'
import { Machine } from './machine.js'
import { DROP, s2OfIpv4 } from './plans.js'

test.each([
  ['a namespace', 'ip netns add demo01', 'a namespace demo01'],
  ['a link', 'ip link add dev vethhost01 type bridge', 'an interface vethhost01'],
  ['a link of the same kind', 'ip link add dev vethhost02 type veth peer name other', 'vethhost02'],
  ['a dead handle', 'touch /run/netns/demo02', 'dead handle'],
])(
  '%s of the same name: refused by both, nothing changed, and down leaves it',
  async (_, setup, said) => {
    await using machine = await Machine.open({ setup: `${DROP}; ${setup}` })
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const script = machine.file('s2.sh', s2OfIpv4.toBash())
    const before = await machine.digest()

    const { error } = await sdk.up(s2OfIpv4)
    expect(error?.code).toBe('NAME_TAKEN')
    expect(error?.message).toContain(said)
    expect(await machine.digest()).toBe(before)

    const byScript = await machine.run(`${script} up`)
    expect(byScript).toMatchObject({ code: 1, stdout: '' })
    expect(byScript.stderr).toContain(said)
    expect(await machine.digest()).toBe(before)

    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  },
)

test('a route to the same address: refused by both, nothing changed, and down leaves it', async () => {
  const setup = `${DROP}; ip route add 10.0.1.2/32 via 100.100.198.1`
  await using machine = await Machine.open({ setup })
  await using sdk = machine.sdk()
  await sdk.status(s2OfIpv4)
  const script = machine.file('s2.sh', s2OfIpv4.toBash())
  const before = await machine.digest()

  // it is in the way by its name, and by the network that it leads to
  const { error } = await sdk.up(s2OfIpv4)
  expect(['NAME_TAKEN', 'PREFLIGHT']).toContain(error?.code)
  expect(error?.message).toContain('10.0.1.2 via 100.100.198.1')
  const byScript = await machine.run(`${script} up`)
  expect(byScript).toMatchObject({ code: 1, stdout: '' })
  expect(byScript.stderr).toContain('10.0.1.2 via 100.100.198.1')
  expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
  expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
  expect(await machine.digest()).toBe(before)
})

test('what took the place of a lost part while the lab was up is not touched by down', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  await sdk.status(s2OfIpv4)
  const script = machine.file('s2.sh', s2OfIpv4.toBash())
  for (const by of ['sdk', 'script']) {
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    await machine.ok(`
      ip link del dev vethhost01; ip netns del demo01
      until ip link add dev vethhost01 type bridge; do sleep 0.05; done
      ip netns add demo01; ip -n demo01 link set dev lo up
      ip link set dev vethhost01 up; ip route add 10.0.1.2/32 dev vethhost01
      iptables -A FORWARD -o vethhost01 -j ACCEPT`)
    if (by === 'sdk') expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    else expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.ok('ls /run/netns; ip -o link show dev vethhost01 | grep -c UP')).toBe(
      'demo01\n1',
    )
    expect(
      await machine.ok("ip -4 route show 10.0.1.2 | sed 's/ linkdown//'; iptables -S FORWARD"),
    ).toBe(
      '10.0.1.2 dev vethhost01 scope link \n-P FORWARD DROP\n-A FORWARD -o vethhost01 -j ACCEPT',
    )
    await machine.ok('ip link del dev vethhost01; ip netns del demo01; iptables -F FORWARD')
  }
})
