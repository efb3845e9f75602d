import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { rejection } from '../unit/refusal.js'
import { Machine } from './machine.js'

const lab = net
  .host()
  .ns('web')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .ns('client')
  .ip('10.0.2.2/24')
  .veth()
  .routeBothWays()
  .allowForward()

/** A server of Node.js that says where it was asked, and what it was told to say. */
const server = (port: number) => [
  '-e',
  `process.on('SIGTERM', () => { console.log('bye'); process.exit(3) })
   require('http').createServer((_, answer) => answer.end(process.env.WORD + ' ' + process.cwd())).listen(${port})`,
]

/** One that asks it. */
const ask = `fetch('http://10.0.1.2').then((answer) => answer.text()).then(console.log)`

describe('a process in a sandbox', () => {
  test('a server is reached from another namespace, and ends when it is asked to', async () => {
    await using running = await lab.up({ sandbox: true })
    const web = running.ns('web').spawn(process.execPath, server(80), {
      cwd: '/usr',
      env: { ...process.env, WORD: 'hello' },
    })
    await web.waitForPort(80)
    const said = await running.ns('client').$`${process.execPath} -e ${ask}`
    expect(said.stdout).toBe('hello /usr\n')
    // it is there already, and another look says so
    await web.waitForPort(80)
    expect(await web.stop()).toEqual({ exitCode: 3, signal: null })
    expect(web.stdout).toBe('bye\n')
    expect(await web.stop()).toEqual({ exitCode: 3, signal: null })
    const again = await running.ns('client').$({ nothrow: true })`${process.execPath} -e ${ask}`
    expect(again.exitCode).not.toBe(0)
  })

  test('it goes with the lab, and with what it started', async () => {
    const running = await lab.up({ sandbox: true })
    const shell = running.ns('web').spawn('bash', ['-c', 'sleep 1000 & sleep 1000'])
    const udp = running
      .ns('web')
      .spawn(process.execPath, ['-e', `require('dgram').createSocket('udp6').bind(53)`])
    await udp.waitForPort(53, { protocol: 'udp' })
    await running.down()
    expect((await shell.ended).exitCode).not.toBe(0)
    expect((await udp.ended).exitCode).not.toBe(0)
  })

  test('one that is stopped keeps no sandbox', async () => {
    const running = await lab.up({ sandbox: true })
    const stopped = running.ns('web').spawn('bash', ['-c', 'echo here; kill -STOP $$'])
    await expect.poll(() => stopped.stdout).toBe('here\n')
    await running.down()
    expect((await stopped.ended).signal).toBe('SIGKILL')
  })

  test('one that does not want to end is ended', async () => {
    await using running = await lab.up({ sandbox: true })
    await using stubborn = running
      .ns('web')
      .spawn(process.execPath, [
        '-e',
        `process.on('SIGTERM', () => {}); require('net').createServer().listen(7)`,
      ])
    await stubborn.waitForPort(7)
    expect(await stubborn.stop()).toEqual({ exitCode: null, signal: 'SIGKILL' })
    expect(await running.ns('web').$`ss -Hltn`.text()).toBe('')
  })

  test('one that ends before it listens says why', async () => {
    await using running = await lab.up({ sandbox: true })
    const ended = running.ns('web').spawn('bash', ['-c', 'echo no such page >&2; exit 4'])
    const error = await rejection(ended.waitForPort(80))
    expect(error).toMatchObject({
      code: 'PROCESS_ENDED',
      message: expect.stringMatching(/code 4 .*no such page/),
    })
    const missing = running.ns('web').spawn('no-such-program')
    expect(await rejection(missing.waitForPort(80))).toMatchObject({
      code: 'PROCESS_ENDED',
      message: expect.stringContaining('no-such-program'),
    })
  })

  test('one that listens elsewhere is told apart', async () => {
    await using running = await lab.up({ sandbox: true })
    const web = running.ns('web').spawn(process.execPath, server(8080))
    await web.waitForPort(8080)
    expect(await rejection(web.waitForPort(80, { timeoutMs: 100 }))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('nothing listens on tcp port 80 after 100 ms'),
      hint: expect.stringContaining('8080'),
    })
    // the ports of another place are no concern of this one
    const idle = running.ns('client').spawn('sleep', ['1000'])
    expect(await rejection(idle.waitForPort(8080, { timeoutMs: 100 }))).toMatchObject({
      code: 'TIMEOUT',
      hint: expect.stringContaining('No port is'),
    })
  })

  test('what cannot be is refused at the call', async () => {
    await using running = await lab.up({ sandbox: true })
    const web = running.ns('web')
    for (const call of [
      () => web.spawn('sleep', [1000 as never]),
      () => web.spawn('sl\0eep'),
      () => web.spawn('sleep', ['1'], { shell: true } as never),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }))
    }
    await using idle = web.spawn('sleep', ['1000'])
    for (const port of [0, 65_536, 1.5, '80' as never]) {
      expect(await rejection(idle.waitForPort(port))).toMatchObject({
        code: 'BAD_ARGUMENT',
        value: port,
      })
    }
    expect(await rejection(idle.waitForPort(80, { protocol: 'icmp' as never }))).toMatchObject({
      code: 'BAD_ARGUMENT',
    })
  })
})

test('on a machine it is stopped by down, also from another process', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await using other = machine.sdk()
  await other.pid()
  await sdk.pid()
  const before = await machine.digest()
  expect((await sdk.up(lab)).error).toBeUndefined()
  const place = { ns: 'web', command: process.execPath, args: server(80), port: 80 }
  expect((await sdk.spawn(place)).error).toBeUndefined()
  expect(
    (await sdk.shell({ ns: 'client', script: `${process.execPath} -e "${ask}"` })).value,
  ).toEqual({
    stdout: expect.stringContaining('undefined'),
    exitCode: 0,
  })
  expect((await other.down(lab)).error).toBeUndefined()
  expect((await sdk.ends()).value).toEqual([{ exitCode: 3, signal: null }])
  expect(await machine.digest()).toBe(before)
})
