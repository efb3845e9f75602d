import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Agent } from './agent.js'
import { Machine } from './machine.js'
import { installedCopy } from './package.js'

const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth()
const sandbox = { options: { sandbox: true } }
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

/** One more overlay on the /etc of the machine. */
const OVERLAY = `
  mkdir -p /run/second/upper /run/second/work
  options=lowerdir=/etc,upperdir=/run/second/upper,workdir=/run/second/work
  mount -t overlay -o "$options" overlay /etc`

/** The machine has an /etc of its own, so that nothing of the test is on the one that runs it. */
const RESOLVER = `
  rm -f /etc/resolv.conf
  echo 'nameserver 192.0.2.53' >/etc/resolv.conf`

/** What a machine may have in /etc that is not as plain as elsewhere. */
const machines: readonly (readonly [string, string])[] = [
  ['nothing particular', ''],
  [
    'files for a namespace of the same name',
    'mkdir -p /etc/netns/demo01; echo "nameserver 192.0.2.99" >/etc/netns/demo01/resolv.conf',
  ],
  ['a file mounted below /etc, as in a container', 'mount --bind /etc/hostname /etc/hosts'],
  // the kernel stacks two of them, and no more
  ['an overlay on an overlay', OVERLAY],
  [
    'a resolv.conf that is a link into /run',
    'ln -sf ../run/resolve/stub.conf /etc/resolv.conf; mkdir /run/resolve; echo >/run/resolve/stub.conf',
  ],
]

const users: readonly (readonly [string, readonly string[]])[] = [
  ['root', []],
  ['a user without rights', nobody],
]

describe.each(machines)('on a machine with %s', (_, setup) => {
  test.each(users)('a sandbox of %s has its own /etc/netns', async (_user, as) => {
    await using machine = await Machine.open({ setup: `${RESOLVER}\n${setup}` })
    using copy = installedCopy()
    const look = 'cat /etc/hosts; ls -lR --time-style=full-iso /etc; cat /proc/self/mountinfo'
    const before = await machine.ok(look)
    const open = () => new Agent([...machine.enter, ...as, process.execPath], copy.folder)
    await using one = open()
    await using other = open()
    for (const sdk of [one, other]) expect((await sdk.up(plan, sandbox)).error).toBeUndefined()
    const said = async (sdk: Agent, place: { ns: string } | { host: string }, script: string) => {
      const { value } = await sdk.shell({ ...place, script: `${script} 2>&1` })
      return [value?.exitCode, value?.stdout.trim()]
    }
    const [host, ns] = [{ host: 'host' }, { ns: 'demo01' }]
    const files = 'shopt -s nullglob; echo /etc/netns/*/*'
    expect(await said(one, host, files)).toEqual([0, ''])
    // what is not of the network is there as ever
    expect(await said(one, host, 'cat /etc/hosts')).toEqual([
      0,
      (await machine.ok('cat /etc/hosts')).trim(),
    ])
    const write = (address: string) =>
      `mkdir -p /etc/netns/demo01 && echo nameserver ${address} >/etc/netns/demo01/resolv.conf`
    const resolver = 'cat /etc/resolv.conf'
    expect(await said(one, host, write('192.0.2.1'))).toEqual([0, ''])
    expect(await said(one, ns, resolver)).toEqual([0, 'nameserver 192.0.2.1'])
    expect(await said(other, host, files)).toEqual([0, ''])
    expect(await said(other, ns, resolver)).not.toEqual([0, 'nameserver 192.0.2.1'])
    expect(await said(other, host, write('192.0.2.2'))).toEqual([0, ''])
    expect(await said(other, ns, resolver)).toEqual([0, 'nameserver 192.0.2.2'])
    expect(await said(one, ns, resolver)).toEqual([0, 'nameserver 192.0.2.1'])
    expect(await machine.ok(look)).toBe(before)
    for (const sdk of [one, other]) expect((await sdk.runningDown()).error).toBeUndefined()
    expect(await machine.ok(look)).toBe(before)
  })
})
