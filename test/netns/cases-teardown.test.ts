import { describe, expect, test } from 'vitest'
import { faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP, s2, s2OfIpv4 } from './plans.js'
import { all, words } from './words.js'

const RULES = s2OfIpv4.toJSON().resources.filter(({ kind }) => kind === 'accept').length

/** How many times each rule of a lab stands in FORWARD. */
const copies = async (machine: Machine) =>
  (await machine.ok('iptables -S FORWARD | grep netloom: | sort | uniq -c')).match(/^ *\d+/gm)

describe('C31: a dead handle in /run/netns', () => {
  test('that an up left which was killed: up goes on from it, and down removes it', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const script = machine.file('s2.sh', s2OfIpv4.toBash())
    const before = await machine.digest()
    // between the file and the mount: "ip netns add" was killed there, or "ip netns del" behind the umount
    const kill = async () => {
      expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
      await machine.ok('ip link del dev vethhost01; umount /run/netns/demo01')
      expect(await machine.ok('stat -fc %T /run/netns/demo01')).toBe('tmpfs')
    }
    await kill()
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
    await kill()
    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
    await machine.ok('ip link del dev vethhost01; umount /run/netns/demo01')
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
    await kill()
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('of somebody else: refused with what it is and the way out', async () => {
    await using machine = await Machine.open({ setup: 'touch /run/netns/demo01' })
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const before = await machine.digest()
    const { error } = await sdk.up(s2OfIpv4)
    expect(error?.code).toBe('NAME_TAKEN')
    expect(error?.message).toMatch(/demo01 is a dead handle, .*ip netns del/)
    expect(await machine.digest()).toBe(before)
  })
})

describe('C33: a handle that is busy', () => {
  test('by mounts above it: down goes on', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const before = await machine.digest()
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    await machine.ok('for i in 1 2 3; do mount --bind /run/netns/demo01 /run/netns/demo01; done')
    expect((await machine.run('rm /run/netns/demo01')).stderr).toContain('busy')
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('that cannot be removed: down names it, does the rest, and a later one does this', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const before = await machine.digest()
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    await machine.ok('mount -o remount,bind,ro /run/netns')
    const { error } = await sdk.down(s2OfIpv4)
    expect(error?.code).toBe('UNDO_FAILED')
    expect(error?.findings).toMatchObject(
      ['demo02', 'demo01'].map((name) => ({
        path: `ip netns del ${name}`,
        message: expect.stringContaining('Read-only'),
      })),
    )
    expect((await machine.run('ip link show dev vethhost01')).stderr).toContain('does not exist')
    await machine.ok('mount -o remount,bind,rw /run/netns')
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('that another mount namespace holds too: down and up do not mind', async () => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const before = await machine.digest('processes')
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    await machine.ok('unshare -m --propagation private sleep 1000 >/dev/null 2>&1 &')
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
    expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
    expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
  })
})

test('C36: after kill -9 in the middle a second up completes the lab, and down leaves nothing', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using next = machine.sdk()
  const fault = await faultOn(machine)
  await next.status(s2)
  const before = await machine.digest()
  // in the middle of the rules, with everything else made
  await fault.at(28, 'hang')
  const killed = machine.sdk()
  const pid = await killed.pid()
  const up = killed.up(s2, { PATH: fault.PATH }).catch(() => 'killed')
  await expect.poll(() => fault.fired(), { timeout: 20_000 }).not.toBe('')
  await machine.ok(`kill -KILL ${pid}`)
  expect(await up).toBe('killed')
  expect((await next.net('list')).value).toMatchObject([
    { state: 'half', owner: { pid, alive: false } },
  ])
  expect((await next.up(s2)).error).toBeUndefined()
  expect(words((await next.status(s2)).value)).toEqual(all(s2, 'present'))
  expect(await machine.ping('demo01', 'fd00:2::2')).toBe('answers')
  expect((await next.shell({ ns: 'demo01', script: 'sleep 1000 >/dev/null 2>&1 &' })).error).toBe(
    undefined,
  )
  expect((await next.down(s2)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('C37: up three times leaves each rule once, and down removes also the copies of others', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await using sdk = machine.sdk()
  await sdk.status(s2OfIpv4)
  const script = machine.file('s2.sh', s2OfIpv4.toBash())
  const before = await machine.digest()
  expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
  expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
  expect((await sdk.up(s2OfIpv4)).error).toBeUndefined()
  expect((await copies(machine))?.map(Number)).toEqual(Array(RULES).fill(1))
  await machine.ok(`
    while read -r _ rule; do
      eval "iptables -A $rule"; eval "iptables -A $rule"
    done < <(iptables -S FORWARD | grep netloom:)`)
  expect((await copies(machine))?.map(Number)).toEqual(Array(RULES).fill(3))
  expect((await sdk.down(s2OfIpv4)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

describe('C40: rules that a firewall flushed under a running lab', () => {
  test.each([
    ['one family', 'iptables -F', /rule of .* IPv4/],
    ['both families', 'iptables -F; ip6tables -F', /rule of/],
    ['all tables of nft', 'nft flush ruleset', /rule of/],
  ])('%s: status says which are gone, and up puts these back', async (_, flush, gone) => {
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()
    expect((await sdk.up(s2)).error).toBeUndefined()
    await machine.ok(flush)
    const lost = words((await sdk.status(s2)).value)?.filter((line) => !line.startsWith('present'))
    const rules = all(s2, 'absent').filter((line) => gone.test(line))
    expect(lost).toEqual(rules)
    const byScript = await machine.run(`${script} status`)
    expect(byScript.code).toBe(3)
    expect(byScript.stdout.match(/^absent +ip6?tables /gm)).toHaveLength(rules.length)
    const { error, progress } = await sdk.up(s2)
    expect(error).toBeUndefined()
    const done = progress.filter((line) => !line.startsWith('skip '))
    expect(done).toHaveLength(rules.length)
    expect(done.every((line) => /^do ip6?tables /.test(line))).toBe(true)
    expect(words((await sdk.status(s2)).value)).toEqual(all(s2, 'present'))
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })
})
