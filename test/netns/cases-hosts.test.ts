import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Agent } from './agent.js'
import { Machine } from './machine.js'
import { installedCopy } from './package.js'
import { s2, s2OfIpv4 } from './plans.js'

describe('C46: a system that refuses user namespaces', () => {
  test('a sandbox without root says which setting refuses it, and changes nothing', async () => {
    await using machine = await Machine.open()
    using copy = installedCopy()
    // the setting counts for the user namespace that it is written in: this one, which the test made
    await using sdk = new Agent(
      [
        ...machine.enter,
        ...['unshare', '-U', '--map-user=1000', '--keep-caps', 'bash', '-c'],
        'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps -all "$@"',
        ...['bash', process.execPath],
      ],
      copy.folder,
    )
    const { error } = await sdk.up(s2, { options: { sandbox: true } })
    expect(error?.code).toBe('SANDBOX_REFUSED')
    expect(error?.message).toContain('user.max_user_namespaces is 0')
    expect(error?.message).toContain('No space left on device')
  })
})

describe('C48: a kernel without a device type', () => {
  test('is named in one error with the way out, by the SDK and by the script; nothing is changed', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const script = machine.file('s2.sh', s2OfIpv4.toBash())
    // the kernel is asked for a type that no kernel has, so the words are its own
    await machine.ok(`mkdir ${machine.folder}/bin`)
    machine.file(
      'bin/ip',
      `#!/bin/bash
      [[ $* != *' type veth peer '* ]] || set -- link add name probe type absent
      exec ${await machine.ok('command -v ip')} "$@"`,
    )
    const PATH = `${machine.folder}/bin:${await machine.ok('echo "$PATH"')}`
    const before = await machine.digest()
    const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()
    const said = `this kernel (${release}) has no veth: the module is not built, or gone with an update (reboot)`
    const { error } = await sdk.up(s2OfIpv4, { PATH })
    expect(error?.code).toBe('PREFLIGHT')
    expect(error?.findings.map(({ message }) => message)).toEqual([said])
    const byScript = await machine.run(`PATH=${PATH} ${script} up`)
    expect(byScript).toMatchObject({ code: 1, stdout: '' })
    expect(byScript.stderr).toContain(said)
    expect(await machine.digest()).toBe(before)
  })
})
