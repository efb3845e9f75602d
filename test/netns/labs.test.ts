import { expect, test } from 'vitest'
import { type LabInfo, net } from '../../src/index.js'
import { Machine } from './machine.js'

const lab = (name: string, i: number) =>
  net.host().named(name).ns(`${name}-ns`).ip(`10.7.${i}.2/24`).veth().routeBothWays().allowForward()

test('labs are listed, and come down by name, all but some, or all', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await using other = machine.sdk()
  const before = await machine.digest()
  const pid = await sdk.pid()
  for (const [i, name] of ['one', 'two', 'three', 'four'].entries()) {
    expect((await sdk.up(lab(name, i))).error).toBeUndefined()
  }
  const { value: labs = [] } = await other.net<LabInfo[]>('list')
  expect(labs.map(({ name, state, owner }) => [name, state, owner])).toEqual(
    ['four', 'one', 'three', 'two'].map((name) => [name, 'up', { pid, alive: true }]),
  )
  expect((await other.net('down', ['one'])).error).toBeUndefined()
  expect((await other.net('down', ['one'])).error).toBeUndefined()
  expect((await other.net('gc', [['three']])).value).toEqual(['four', 'two'])
  expect((await other.net<LabInfo[]>('list')).value?.map(({ name }) => name)).toEqual(['three'])
  expect((await other.net('downAll')).value).toEqual(['three'])
  expect((await other.net('downAll')).value).toEqual([])
  expect(await machine.digest()).toBe(before)
})

test('a lab of which only a part of the journal was written is half up, and comes down', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const before = await machine.digest()
  expect((await sdk.up(lab('torn', 1))).error).toBeUndefined()
  const journal = '/run/netloom/torn/journal'
  // the last line is cut in the middle, as by a kill, and the end of the run is not there
  await machine.ok(`
    mapfile -t lines <${journal}
    printf '%s\\n' "\${lines[@]:0:\${#lines[@]}-2}" >${journal}
    printf '%s' "\${lines[-2]:0:20}" >>${journal}`)
  const { value: labs = [] } = await sdk.net<LabInfo[]>('list')
  expect(labs.map(({ name, state }) => [name, state])).toEqual([['torn', 'half']])
  // the rule of the cut line is there, and up and down find it by its mark
  expect((await sdk.up(lab('torn', 1))).error).toBeUndefined()
  expect((await sdk.status(lab('torn', 1))).value?.map(({ state }) => state)).not.toContain(
    'absent',
  )
  await machine.ok(
    'iptables -D FORWARD -i veth-torn-ns -m comment --comment netloom:torn -j ACCEPT',
  )
  expect((await sdk.net('down', ['torn'])).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('a journal that was cut off in its first line is none: up and down go on from there', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const before = await machine.digest()
  const torn = `mkdir -p /run/netloom/torn; printf 'netloom-jou' >/run/netloom/torn/journal`
  await machine.ok(torn)
  expect((await sdk.up(lab('torn', 1))).error).toBeUndefined()
  expect((await sdk.status(lab('torn', 1))).value?.map(({ state }) => state)).not.toContain(
    'absent',
  )
  expect((await sdk.down(lab('torn', 1))).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
  await machine.ok(torn)
  expect((await sdk.net('down', ['torn'])).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('a plan that was edited, or lost, comes down by its journal', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const before = await machine.digest()
  expect((await sdk.up(lab('edited', 1).ns('more').ip('10.8.1.2/24').veth())).error).toBeUndefined()
  expect((await sdk.down(net.host().named('edited').ns('else'))).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})

test('journals stand where journalDir says', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  const options = { journalDir: `${machine.folder}/journals` }
  const before = await machine.digest()
  expect((await sdk.up(lab('elsewhere', 1), { options })).error).toBeUndefined()
  expect(await machine.ok(`ls ${options.journalDir}; ls -d /run/netloom || true`)).toBe('elsewhere')
  expect((await sdk.net<LabInfo[]>('list')).value).toEqual([])
  expect((await sdk.net<LabInfo[]>('list', [], { options })).value?.[0]?.name).toBe('elsewhere')
  expect((await sdk.down(lab('elsewhere', 1), { options })).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
  const { error } = await sdk.up(lab('elsewhere', 1), { options: { journalDir: 'here; reboot' } })
  expect(error?.code).toBe('BAD_ARGUMENT')
})

test('processes in a namespace: ours are stopped, those of others keep it unless forced', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await sdk.status(lab('held', 1))
  const before = await machine.digest()
  expect((await sdk.up(lab('held', 1))).error).toBeUndefined()
  const up = await machine.digest('processes')
  const foreign = await machine.ok('ip netns exec held-ns sleep 1000 >/dev/null 2>&1 & echo $!')
  const refused = await sdk.down(lab('held', 1))
  expect(refused.error?.code).toBe('NAMESPACE_HELD')
  expect(refused.error?.findings[0]?.message).toMatch(
    new RegExp(`process ${foreign} .* is in namespace held-ns`),
  )
  expect(await machine.digest('processes')).toBe(up)
  // one of ours beside it, in the background of a shell of the lab
  const script = 'sleep 1000 >/dev/null 2>&1 & echo $!'
  const ours = (await sdk.shell({ ns: 'held-ns', script })).value?.stdout.trim()
  expect(await machine.run(`kill -0 ${ours}`)).toMatchObject({ code: 0 })
  expect(
    (await sdk.net('down', ['held'], { options: { force: true } as never })).error,
  ).toBeUndefined()
  for (const pid of [foreign, ours]) {
    expect((await machine.run(`kill -0 ${pid}`)).code).toBe(1)
  }
  expect(await machine.digest()).toBe(before)
  // and without one of others, ours alone is no hindrance
  expect((await sdk.up(lab('held', 1))).error).toBeUndefined()
  await sdk.shell({ ns: 'held-ns', script })
  expect((await sdk.down(lab('held', 1))).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})
