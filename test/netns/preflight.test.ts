import { expect, test } from 'vitest'
import { Agent } from './agent.js'
import { Machine } from './machine.js'
import { installedCopy } from './package.js'
import { s2, s2OfIpv4 } from './plans.js'

/** A user without rights. */
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

test('a host whose IPv6 default route comes by router advertisement: forwarding is refused with the way out, until accept_ra is 2', async () => {
  await using machine = await Machine.open({
    setup: 'ip -6 route add default via fe80::2 dev enp2s0 proto ra',
  })
  await using sdk = machine.sdk()
  await sdk.status(s2)
  const script = machine.file('s2.sh', s2.toBash())
  const before = await machine.digest()
  const wayOut = 'net.ipv6.conf.enp2s0.accept_ra=2'

  const { error } = await sdk.up(s2)
  expect(error?.code).toBe('PREFLIGHT')
  expect(error?.findings.filter(({ message }) => message.includes(wayOut))).toHaveLength(1)
  const byScript = await machine.run(`${script} up`)
  expect(byScript.code).toBe(1)
  expect(byScript.stderr).toContain(wayOut)
  expect(await machine.digest()).toBe(before)

  expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
  expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
  await machine.ok('echo 2 >/proc/sys/net/ipv6/conf/enp2s0/accept_ra')
  expect((await sdk.up(s2)).error).toBeUndefined()
  expect(await machine.ok('ip -6 route show default proto ra')).toContain('fe80::2')
  expect((await sdk.down(s2)).error).toBeUndefined()
})

test('the ip of BusyBox is told from that of iproute2, with the package to install', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await sdk.status(s2)
  const script = machine.file('s2.sh', s2.toBash())
  await machine.ok(
    `mkdir ${machine.folder}/bin; ln -s "$(command -v busybox)" ${machine.folder}/bin/ip`,
  )
  const PATH = `${machine.folder}/bin:${await machine.ok('echo "$PATH"')}`
  const before = await machine.digest()
  const said = 'install the package iproute2'
  for (const verb of ['up', 'status'] as const) {
    const { error } = await sdk[verb](s2, { PATH })
    expect([verb, error?.code]).toEqual([verb, 'PREFLIGHT'])
    expect(error?.message).toContain(said)
    const byScript = await machine.run(`PATH=${PATH} ${script} ${verb}`)
    expect([verb, byScript.code, byScript.stdout]).toEqual([verb, 1, ''])
    expect(byScript.stderr).toContain(said)
  }
  expect(await machine.digest()).toBe(before)
})

test('C45: who is not root is told what it takes, and nothing is changed', async () => {
  await using machine = await Machine.open()
  using copy = installedCopy()
  await using sdk = new Agent([...machine.enter, ...nobody, process.execPath], copy.folder)
  await sdk.status(s2)
  const before = await machine.digest()
  const { error } = await sdk.up(s2)
  expect(error?.code).toBe('PREFLIGHT')
  expect(error?.message).toMatch(
    /CAP_NET_ADMIN and CAP_SYS_ADMIN .*run it as root \(sudo\), or in a sandbox/,
  )
  expect((await sdk.down(s2)).error?.code).toBe('PREFLIGHT')
  expect((await sdk.status(s2)).error?.code).toBe('PREFLIGHT')
  const script = machine.file('s2.sh', s2.toBash())
  await machine.ok(`chmod 755 ${machine.folder}`)
  const byScript = await machine.run(`${nobody.join(' ')} bash ${script} up`)
  expect(byScript.code).toBe(1)
  expect(byScript.stderr).toContain('run it as root (sudo)')
  expect(await machine.digest()).toBe(before)
})
