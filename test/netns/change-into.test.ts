import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { rejection } from '../unit/refusal.js'

const hosts = net
  .host('node03', { address: '100.100.198.250/24' })
  .ns('web')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .host('node02', { address: '100.100.198.253/24' })
  .routeTo('web')
  .named('into')

const more = hosts
  .host('node03')
  .ns('db')
  .ip('10.0.2.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .host('node02')
  .routeTo('db')
  .named('into')

const reaches = async (running: { host(name: 'node02'): { $: unknown } }, address: string) => {
  const { $ } = running.host('node02') as { $: import('../../src/index.js').Shell }
  return (await $({ nothrow: true })`ping -n -c1 -W1 ${address}`).exitCode === 0
}

test('a lab in a sandbox becomes another one, on all its hosts, and what runs in it goes on', async () => {
  await using running = await hosts.up({ sandbox: true })
  const server = running
    .ns('web')
    .spawn(process.execPath, ['-e', `require('net').createServer((s) => s.end()).listen(80)`])
  await server.waitForPort(80)
  expect(await reaches(running, '10.0.1.2')).toBe(true)

  const commands: string[] = []
  const next = await more.up({
    into: running,
    onProgress: ({ type, command }) => type === 'skip' || commands.push(`${type} ${command}`),
  })
  expect(commands.every((command) => command.startsWith('do '))).toBe(true)
  expect(commands.some((command) => command.includes('web'))).toBe(false)
  expect(await reaches(next, '10.0.2.2')).toBe(true)
  expect((await next.ns('db').$`ip -br addr show eth0`).stdout).toContain('10.0.2.2/24')
  await server.waitForPort(80)
  const { exitCode } = await next.host('node02')
    .$`bash -c ${'exec 3<>/dev/tcp/10.0.1.2/80'}`.nothrow()
  expect(exitCode).toBe(0)
  expect((await next.status()).every(({ state }) => state === 'present')).toBe(true)

  // and back; what is not there any more is not known
  const back = await hosts.up({ into: next })
  expect(await reaches(back, '10.0.2.2')).toBe(false)
  expect(await reaches(back, '10.0.1.2')).toBe(true)
  expect(() => back.ns('db' as never)).toThrow(/the lab has no namespace "db"/)
  await back.down()
  expect((await server.ended).exitCode).not.toBe(0)
})

test('where one host fails, the others go back', async () => {
  await using running = await more.up({ sandbox: true })
  const before = await running.host('node03').$`ip -o addr`.text()
  await running.host('node02').$`ip route add 10.0.3.2/32 via 100.100.198.1`
  const other = hosts
    .host('node03')
    .ns('late')
    .ip('10.0.3.2/24')
    .veth()
    .routeBothWays()
    .host('node02')
    .routeTo('late')
    .named('into')
  const error = await rejection(other.up({ into: running }))
  expect(['NAME_TAKEN', 'PREFLIGHT']).toContain(error.code)
  const links = (text: string) =>
    text
      .replace(/^\d+: /gm, '')
      .split('\n')
      .toSorted()
  expect(links(await running.host('node03').$`ip -o addr`.text())).toEqual(links(before))
  expect((await running.status()).filter(({ state }) => state !== 'present')).toEqual([])
})

test('into takes what up() gave: another name, other hosts, or something else is refused', async () => {
  await using running = await hosts.up({ sandbox: true })
  const codeOf = async (work: Promise<unknown>) => (await rejection(work)).message
  expect(await codeOf(hosts.named('other').up({ into: running }))).toBe(
    `lab into cannot become other
Name the plan as the lab is called: .named('into').`,
  )
  const alone = net.host('node03', { address: '100.100.198.250/24' }).ns('web').named('into')
  expect(await codeOf(alone.up({ into: running }))).toMatch(/^a sandbox keeps the hosts/)
  expect(await codeOf(hosts.up({ into: running, sandbox: true }))).toMatch(/^up\(\) takes into or/)
  expect(await codeOf(hosts.up({ into: {} as never }))).toMatch(
    /^into takes a lab that up\(\) gave/,
  )
})
