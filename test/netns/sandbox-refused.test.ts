import { describe, expect, test } from 'vitest'
import { Agent } from './agent.js'
import { Machine } from './machine.js'
import { s2 } from './plans.js'

const sandbox = { options: { sandbox: true } }

/** Root with fewer capabilities than root has, as in a container. */
const lessCapable = (change: string) => ['setpriv', '--inh-caps=-all', `--bounding-set=${change}`]

/** A user namespace of the test, in which it is root: there it can set limits, which hold for what is inside. */
const limited = (setting: string, value: number) => [
  ...['unshare', '-U', '-r', 'bash', '-c'],
  ...[`echo ${value} >/proc/sys/user/${setting} && exec "$@"`, 'bash'],
]

describe.each([
  ['CAP_SYS_ADMIN', '-sys_admin'],
  ['CAP_NET_ADMIN', '-net_admin'],
  ['both', '-sys_admin,-net_admin'],
  ['all that it does not need for a user namespace', '-all,+setfcap'],
])('root without %s', (_, change) => {
  test('has a sandbox in a user namespace', async () => {
    await using machine = await Machine.open()
    await using sdk = new Agent([...machine.enter, ...lessCapable(change), process.execPath])
    await sdk.pid()
    const before = await machine.digest()
    expect((await sdk.up(s2, sandbox)).error).toBeUndefined()
    const ping = 'ping -n -c1 -W2 10.0.2.2 && ping -n -c1 -W2 fd00:2::2'
    expect((await sdk.shell({ ns: 'demo01', script: ping })).value?.exitCode).toBe(0)
    expect((await sdk.runningDown()).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('is told what there is to choose from where user namespaces are refused too', async () => {
    await using machine = await Machine.open()
    const refusing = [...limited('max_user_namespaces', 0), ...lessCapable(change)]
    await using sdk = new Agent([...machine.enter, ...refusing, process.execPath])
    const { error } = await sdk.up(s2, sandbox)
    expect(error?.code).toBe('SANDBOX_REFUSED')
    expect(error?.message).toMatch(/as root: .*not permitted/i)
    expect(error?.message).toMatch(/in a user namespace: .*No space left on device/)
    expect(error?.message).toContain('user.max_user_namespaces is 0')
    expect(error?.hint).toContain('--cap-add SYS_ADMIN --cap-add NET_ADMIN')
    expect(error?.hint).toContain('--privileged')
  })
})

test('root without any capability is told that the kernel lets it have no user namespace', async () => {
  await using machine = await Machine.open()
  await using sdk = new Agent([...machine.enter, ...lessCapable('-all'), process.execPath])
  const { error } = await sdk.up(s2, sandbox)
  expect(error?.code).toBe('SANDBOX_REFUSED')
  expect(error?.message).toMatch(/as root: .*\n.*in a user namespace: .*\n.*CAP_SETFCAP/)
})

test('a host that cannot be made is no reason to wait for it', async () => {
  await using machine = await Machine.open()
  // enough for what holds the sandbox, and not for its host
  const few = limited('max_net_namespaces', 1)
  await using sdk = new Agent([...machine.enter, ...few, process.execPath])
  const { error } = await sdk.up(s2, sandbox)
  expect(error?.code).toBe('SANDBOX_REFUSED')
  expect(error?.message).toContain('No space left on device')
}, 20_000)
