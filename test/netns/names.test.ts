import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { labName } from '../../src/plan/lab.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { Machine } from './machine.js'

/** Two namespaces that know each other by name, of which one has name servers. */
const plan = net
  .host()
  .ns('b')
  .dns(['10.0.1.1', 'fd00:1::1'], { search: ['lab.test'] })
  .ns('a')
  .link('b', {
    ip: [
      ['10.0.1.1/30', 'fd00:1::1/64'],
      ['10.0.1.2/30', 'fd00:1::2/64'],
    ],
  })
  .hosts()

/** Files that somebody has for namespaces of these names, each of another sort. */
const FOREIGN = `
  mkdir -p /etc/netns/a /etc/netns/b
  printf 'nameserver 192.0.2.1' >/etc/netns/b/resolv.conf
  chmod 640 /etc/netns/b/resolv.conf; chown 65534:65534 /etc/netns/b/resolv.conf
  touch -d '2001-02-03 04:05:06' /etc/netns/b/resolv.conf
  ln -s ../b/resolv.conf /etc/netns/a/hosts
  : >/etc/netns/b/hosts
  echo mine >/etc/netns/b/nsswitch.conf`

const MACHINES = [
  ['has no /etc/netns', ''],
  ['has an empty one', 'mkdir /etc/netns'],
  ['has files for these very names', FOREIGN],
] as const

async function proof(machine: Machine): Promise<void> {
  const inside = (ns: string, words: string) => machine.ok(`ip netns exec ${ns} ${words}`)
  expect(await inside('b', 'cat /etc/resolv.conf')).toBe(
    '# netloom:host-b\nnameserver 10.0.1.1\nnameserver fd00:1::1\nsearch lab.test',
  )
  expect(await inside('a', 'getent ahosts b')).toMatch(/10\.0\.1\.2/)
  expect(await inside('a', 'getent ahosts a')).toMatch(/10\.0\.1\.1/)
  expect(await inside('a', 'getent hosts localhost')).toMatch(/^::1|^127\.0\.0\.1/)
  await inside('a', 'ping -4 -c1 -W1 b')
  await inside('b', 'ping -6 -c1 -W1 a')
  expect(await machine.ok('stat -c "%a %u %g" /etc/netns/a/hosts /etc/netns/a')).toBe(
    '644 0 0\n755 0 0',
  )
}

describe.each(FRONTS)('C25: names, by %s', (by) => {
  test.each(MACHINES)('on a machine that %s', async (_, setup) => {
    await whole({ by, plan, setup }, proof)
  })

  test('a restart takes namespaces and the journal, and leaves the files: they go with the next down', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      await lab.machine.ok('ip netns del a; ip netns del b; rm -r /run/netloom')
      expect((await lab.up()).said).toBe('')
      await proof(lab.machine)
      expect(await lab.down()).toBe('')
    }))

  test('what somebody put back in the place of a file is there again where a second up fails', async () => {
    const setup = 'mkdir -p /etc/netns/b; echo mine >/etc/netns/b/resolv.conf'
    const failing = plan.at('a').sysctl('net.ipv4.conf.eth0.rp_filter', 'no')
    await onMachine({ by, plan: failing, setup }, async (lab) => {
      await using sdk = lab.machine.sdk()
      expect((await sdk.up(plan)).error).toBeUndefined()
      await lab.machine.ok('echo mine >/etc/netns/b/resolv.conf')
      expect((await lab.up()).said).not.toBe('')
      expect(await lab.machine.ok('cat /etc/netns/b/resolv.conf')).toBe('mine')
      expect(await lab.down()).toBe('')
    })
  })

  test('files of a namespace are seen by what "ip netns exec" starts, and by nothing else', () =>
    onMachine({ by, plan }, async (lab) => {
      const { machine } = lab
      const own = await machine.ok('cat /etc/hosts')
      expect((await lab.up()).said).toBe('')
      expect(await machine.ok('nsenter --net=/run/netns/a cat /etc/hosts')).toBe(own)
      expect(await machine.ok('ip netns exec a cat /etc/hosts')).not.toBe(own)
      expect(await machine.ok('cat /etc/hosts')).toBe(own)
      expect(await lab.down()).toBe('')
    }))

  test.each([
    ['a link that leads nowhere', 'rm -f /etc/resolv.conf; ln -s /run/none /etc/resolv.conf'],
    ['gone', 'rm -f /etc/resolv.conf'],
  ])('where /etc/resolv.conf is %s, it is said, and nothing is changed', (_, setup) =>
    onMachine({ by, plan, setup }, async (lab) => {
      const { said } = await lab.up()
      expect(said).toMatch(/nothing was changed/)
      expect(said).toMatch(/\/etc\/resolv.conf is not there, or a link that leads nowhere/)
      expect(await lab.machine.ok('ls /run/netns')).toBe('')
    }),
  )

  test('where /etc/netns is read-only, it is said, and nothing is changed', () =>
    onMachine(
      { by, plan, setup: 'mkdir /etc/netns; mount -t tmpfs -o ro tmpfs /etc/netns' },
      async (lab) => {
        const { said } = await lab.up()
        expect(said).toMatch(/nothing was changed/)
        expect(said).toMatch(/\/etc\/netns is no folder that can be written/)
      },
    ))

  test.each(MACHINES)(
    'a file that went is written again, and so is one of a namespace that went: %s',
    (_, setup) =>
      onMachine({ by, plan, setup }, async (lab) => {
        expect((await lab.up()).said).toBe('')
        const [hosts, servers] = [/^absent file hosts of host\/a$/, /^absent file resolv.conf/]
        await heals(lab, 'rm /etc/netns/a/hosts', [hosts])
        await heals(lab, 'rm -r /etc/netns/b', [servers, /^absent file hosts of host\/b$/])
        // a write that was cut off
        await heals(lab, 'truncate -s 20 /etc/netns/a/hosts', [hosts])
        await proof(lab.machine)
        if (setup === FOREIGN) await lab.machine.ok('echo mine >/etc/netns/b/nsswitch.conf')
        expect(await lab.down()).toBe('')
      }),
  )

  test('what somebody puts beside a file stays, and its folder with it', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      await lab.machine.ok('echo mine >/etc/netns/a/nsswitch.conf')
      expect(await lab.down()).toBe('')
      expect(await lab.machine.ok('find /etc/netns')).toBe(
        '/etc/netns\n/etc/netns/a\n/etc/netns/a/nsswitch.conf',
      )
      await lab.machine.ok('rm -r /etc/netns')
    }))

  test.each(MACHINES)(
    'a file that somebody changed is left, and the lab says so until it is gone: %s',
    (_, setup) =>
      onMachine({ by, plan, setup }, async (lab) => {
        const { machine } = lab
        expect((await lab.up()).said).toBe('')
        await machine.ok('echo 10.9.9.9 work >>/etc/netns/a/hosts')
        expect(await lab.missing()).toEqual(['different file hosts of host/a'])
        expect((await lab.up()).said).toMatch(/it is there in another shape/)
        expect(await lab.down()).toMatch(/1 part\(s\)/)
        expect(await machine.ok('tail -n1 /etc/netns/a/hosts')).toBe('10.9.9.9 work')
        expect(await machine.ok('ls /run/netns')).toBe('')
        await machine.ok('rm /etc/netns/a/hosts')
        expect(await lab.down()).toBe('')
      }),
  )
})

test.each(MACHINES)('down with force puts back what was there before: %s', async (_, setup) => {
  await using machine = await Machine.open({ setup })
  await using sdk = machine.sdk()
  await sdk.status(plan)
  const script = machine.file('lab.sh', plan.toBash())
  const before = await machine.digest()
  const change = 'echo 10.9.9.9 work >/etc/netns/a/hosts'
  expect((await sdk.up(plan)).error).toBeUndefined()
  await machine.ok(change)
  const { error } = await sdk.down(plan)
  expect(error?.code).toBe('UNDO_FAILED')
  expect(error?.findings).toEqual([
    {
      path: 'rm /etc/netns/a/hosts',
      message: 'it was changed since this lab wrote it: remove it, or take the lab down with force',
    },
  ])
  expect((await sdk.net('down', [labName(plan.toJSON()), { force: true }])).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
  await machine.ok(`${script} up`)
  await machine.ok(change)
  expect((await machine.run(`${script} down`)).code).toBe(1)
  await machine.ok(`${script} down --force`)
  expect(await machine.digest()).toBe(before)
})

describe.each(MACHINES)('on a machine that %s', (_, setup) => {
  test('either takes down what the other put up, also without the journal', async () => {
    await using machine = await Machine.open({ setup })
    await using sdk = machine.sdk()
    await sdk.status(plan)
    const script = machine.file('lab.sh', plan.toBash())
    const before = await machine.digest()
    const lost = setup === FOREIGN ? 'true' : 'rm -r /run/netloom'
    for (const lose of ['true', lost]) {
      expect((await sdk.up(plan)).error).toBeUndefined()
      await machine.ok(lose)
      expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
      if (lose !== 'true' && setup !== '') await machine.ok('mkdir -p /etc/netns')
      expect(await machine.digest()).toBe(before)
      expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
      await machine.ok(lose)
      expect((await sdk.down(plan)).error).toBeUndefined()
      if (lose !== 'true' && setup !== '') await machine.ok('mkdir -p /etc/netns')
      expect(await machine.digest()).toBe(before)
    }
  })

  test('a restart leaves files of namespaces that are gone: up writes them again', async () => {
    await using machine = await Machine.open({ setup })
    await using sdk = machine.sdk()
    const { error } = await sdk.up(plan)
    expect(error).toBeUndefined()
    await machine.ok('ip netns del a; ip netns del b; rm -r /run/netloom')
    expect((await sdk.up(plan)).error).toBeUndefined()
    await proof(machine)
    expect((await sdk.down(plan)).error).toBeUndefined()
    const left = await machine.ok('find /etc/netns -name hosts -o -name resolv.conf; true')
    expect(left).toBe('')
  })

  test('in a sandbox nothing of the machine is touched', async () => {
    await using machine = await Machine.open({ setup })
    await using sdk = machine.sdk()
    await sdk.status(plan)
    const before = await machine.digest('processes')
    expect((await sdk.up(plan, { options: { sandbox: true } })).error).toBeUndefined()
    const { value } = await sdk.shell({ ns: 'a', script: 'ping -c1 -W1 b' })
    expect(value?.exitCode).toBe(0)
    expect(await machine.digest('processes')).toBe(before)
    expect((await sdk.runningDown()).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
  })
})

/** Two labs, by turns: /etc/netns was made by the first, and goes with the last. */
test.each([
  ['first', 0, 1],
  ['last', 1, 0],
] as const)('of two labs the %s goes first: /etc/netns goes with the other', async (_, i, j) => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const labs = ['x', 'y'].map((name) => net.host().ns(name).dns('192.0.2.53')) as [
    typeof plan,
    typeof plan,
  ]
  await sdk.status(labs[0])
  const before = await machine.digest()
  for (const lab of labs) expect((await sdk.up(lab)).error).toBeUndefined()
  expect((await sdk.down(labs[i])).error).toBeUndefined()
  expect(await machine.ok('ls /etc/netns')).toBe(j === 0 ? 'x' : 'y')
  expect((await sdk.down(labs[j])).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

describe.each(FRONTS)('C24: the servers of the host, by %s', (by) => {
  const ofHost = net.host().ns('a').dns('host')
  const STUB = 'rm -f /etc/resolv.conf; echo nameserver 127.0.0.53 >/etc/resolv.conf'
  const RESOLVED = `${STUB}; mkdir -p /run/systemd/resolve
    printf 'nameserver 192.0.2.7\\nnameserver ::1\\nnameserver fd00::7' >/run/systemd/resolve/resolv.conf`

  test('those that systemd-resolved asks, where the host has its stub at a loopback address', () =>
    whole({ by, plan: ofHost, setup: RESOLVED }, async (machine) => {
      expect(await machine.ok('ip netns exec a cat /etc/resolv.conf')).toBe(
        '# netloom:host-a\nnameserver 192.0.2.7\nnameserver fd00::7',
      )
    }))

  test('that they become others while the lab is up is no difference', () =>
    onMachine({ by, plan: ofHost, setup: RESOLVED }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      await lab.machine.ok('echo nameserver 192.0.2.8 >/etc/resolv.conf')
      expect(await lab.up()).toEqual({ said: '', done: [] })
      await lab.machine.ok('echo nameserver 192.0.2.9 >>/etc/netns/a/resolv.conf')
      expect(await lab.missing()).toEqual(['different file resolv.conf of host/a'])
      await heals(lab, 'rm /etc/netns/a/resolv.conf', [/^absent/])
      expect(await lab.machine.ok('cat /etc/netns/a/resolv.conf')).toMatch(/ 192.0.2.8$/)
      expect(await lab.down()).toBe('')
    }))

  test('where all are at loopback addresses, it is said, and nothing is changed', () =>
    onMachine({ by, plan: ofHost, setup: STUB }, async (lab) => {
      const { said } = await lab.up()
      expect(said).toMatch(/nothing was changed/)
      expect(said).toMatch(/this host names no name server but at loopback addresses/)
      expect(await lab.machine.ok('ls /run/netns')).toBe('')
    }))
})

/** A shell that is killed before the n-th command of these functions. */
const KILLER = `set -T; killer_count=0
trap '[[ \${FUNCNAME[0]:-} != @(write_each|keep_found|restore_files|restore_file|leave_journal|remove_folder) ]] ||
  { ((++killer_count != \${KILL_AT})) || kill -KILL $$; }' DEBUG`

/** All of them take minutes. */
const STEP = process.env['NETLOOM_FULL'] === '1' ? 1 : 5

describe.each(MACHINES)('kill -9 at each command about files, on a machine that %s', (_, setup) => {
  test.each(['up', 'down'] as const)(
    'of %s, and down from a new process',
    async (phase) => {
      await using machine = await Machine.open({ setup })
      await using sdk = machine.sdk()
      await sdk.status(plan)
      const script = machine.file('lab.sh', plan.toBash())
      const killer = machine.file('killer.bash', KILLER)
      const before = await machine.digest()
      let kills = 0
      for (let n = 1; ; n += STEP) {
        if (phase === 'down') await machine.ok(`${script} up`)
        const { code } = await machine.run(
          `KILL_AT=${n} BASH_ENV=${killer} bash ${script} ${phase}`,
        )
        if (n % 3 === 0 && phase === 'up') {
          // a second run goes on where the first was cut off
          expect([n, (await sdk.up(plan)).error]).toEqual([n, undefined])
        }
        const { error } =
          n % 2 === 0 ? await sdk.down(plan) : await sdk.net('down', [labName(plan.toJSON())])
        expect([n, error]).toEqual([n, undefined])
        expect([n, await machine.digest()]).toEqual([n, before])
        if (code === 0) break
        expect([n, code]).toEqual([n, 137])
        kills += 1
      }
      expect(kills).toBeGreaterThan(20 / STEP)
    },
    300_000,
  )
})
