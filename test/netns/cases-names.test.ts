import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Machine } from './machine.js'
import { all, words } from './words.js'

test('C41: names of 15 bytes are taken by every tool, both ends, over both families', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await sdk.status(net.host().ns('other'))
  const [host, inner] = ['vethhost.abc-_1', 'vethdemo.abc-_1']
  expect([host.length, inner.length]).toEqual([15, 15])
  const plan = net
    .host()
    .ns('n'.repeat(63))
    .ip('10.0.1.2/24', 'fd00:1::2/64')
    .veth(host, inner)
    .routeBothWays()
    .allowForward()
  const before = await machine.digest()
  expect((await sdk.up(plan)).error).toBeUndefined()
  expect(words((await sdk.status(plan)).value)).toEqual(all(plan, 'present'))
  expect(await machine.ping('', '10.0.1.2')).toBe('answers')
  expect(await machine.ping('', 'fd00:1::2')).toBe('answers')
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

const SIX = [1, 2, 3, 4, 5, 6]

test('C44: of six programs at once that want one name, one gets it, and the others are told whose it is', async () => {
  await using machine = await Machine.open()
  const before = await machine.digest()
  const agents = SIX.map(() => machine.sdk())
  const plans = SIX.map((i) => net.host().named(`lab${i}`).ns('same').ip('10.0.1.2/24').veth())
  try {
    const ups = await Promise.all(agents.map((sdk, i) => sdk.up(plans[i] ?? net.host())))
    const won = ups.findIndex(({ error }) => error === undefined)
    const lost = ups.filter((_, i) => i !== won)
    expect(lost.map(({ error }) => error?.code)).toEqual(Array(5).fill('NAME_TAKEN'))
    for (const { error } of lost) {
      expect(error?.message).toContain(
        `a namespace same is there already, of the lab lab${won + 1}`,
      )
    }
    expect(await machine.ok('ls /run/netloom')).toBe(`lab${won + 1}`)
    await Promise.all(agents.map((sdk, i) => sdk.down(plans[i] ?? net.host())))
  } finally {
    await Promise.all(agents.map((sdk) => sdk[Symbol.asyncDispose]()))
  }
  expect(await machine.digest()).toBe(before)
})

test('C44: six programs at once with a lab each, and six with the same lab, do not collide', async () => {
  await using machine = await Machine.open()
  const before = await machine.digest()
  const agents = SIX.map(() => machine.sdk())
  const lab = (i: number) =>
    net.host().ns(`demo${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward()
  try {
    const each = await Promise.all(agents.map((sdk, i) => sdk.up(lab(i))))
    expect(each.map(({ error }) => error)).toEqual(SIX.map(() => undefined))
    for (const i of SIX) expect(await machine.ping('demo0', `10.0.${i - 1}.2`)).toBe('answers')
    const downs = await Promise.all(agents.map((sdk, i) => sdk.down(lab(i))))
    expect(downs.map(({ error }) => error)).toEqual(SIX.map(() => undefined))
    expect(await machine.digest('processes')).toBe(before.slice(0, before.indexOf('#processes')))
    const same = await Promise.all(agents.map((sdk) => sdk.up(lab(1))))
    expect(same.map(({ error }) => error)).toEqual(SIX.map(() => undefined))
    expect(await machine.ok('ls /run/netns')).toBe('demo1')
    const last = await Promise.all(agents.map((sdk) => sdk.down(lab(1))))
    expect(last.map(({ error }) => error)).toEqual(SIX.map(() => undefined))
  } finally {
    await Promise.all(agents.map((sdk) => sdk[Symbol.asyncDispose]()))
  }
  expect(await machine.digest()).toBe(before)
})

test('LAB_BUSY: a lock that another run keeps is waited for, no longer than lockTimeoutMs', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth()
  await sdk.status(plan)
  const before = await machine.digest()
  await machine.ok(`
    exec 8</proc/self/ns/net; flock 8
    (sleep 2; exec sleep 1) 9<&8 </dev/null >/dev/null 2>&1 &
    exec 8<&-`)
  const { error } = await sdk.up(plan, { options: { lockTimeoutMs: 100 } })
  expect([error?.code, error?.hint]).toEqual([
    'LAB_BUSY',
    'Wait for it, or give a higher lockTimeoutMs.',
  ])
  expect((await sdk.up(plan, { options: { lockTimeoutMs: 30_000 } })).error).toBeUndefined()
  expect((await sdk.down(plan)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('a host without a tool is told so at once, while another run keeps the lock, and nothing goes on waiting for it', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth()
  await machine.ok(`
    exec 8</proc/self/ns/net; flock 8
    (exec sleep 20) 9<&8 </dev/null >/dev/null 2>&1 &
    exec 8<&-
    mkdir ${machine.folder}/bin
    ln -s /usr/bin/* ${machine.folder}/bin; rm ${machine.folder}/bin/rmdir`)
  const { error } = await sdk.up(plan, { PATH: `${machine.folder}/bin` })
  expect([error?.code, error?.findings.map(({ message }) => message)]).toEqual([
    'PREFLIGHT',
    ['the tool rmdir is missing: install the package coreutils'],
  ])
  expect((await machine.run('pgrep -x flock')).stdout).toBe('')
})

test('the place of names is there before the first of them, however long it takes to mount it', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await machine.ok(`
    mkdir ${machine.folder}/bin
    printf '#!/bin/sh\nsleep 0.3\nexec /usr/bin/mount "$@"\n' >${machine.folder}/bin/mount
    chmod +x ${machine.folder}/bin/mount`)
  // links between namespaces are made before there is any lane
  const plan = net
    .host()
    .ns('demo02')
    .ns('demo03')
    .ns('demo01')
    .link('demo02', { ip: ['10.0.1.1/24', '10.0.1.2/24'] })
    .link('demo03', { ip: ['10.0.2.1/24', '10.0.2.2/24'], device: 'second' })
  const call = { PATH: `${machine.folder}/bin:${process.env['PATH']}` }
  expect((await sdk.up(plan, call)).error).toBeUndefined()
  expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
  expect((await sdk.down(plan)).error).toBeUndefined()
})
