import { readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Agent } from './agent.js'
import { alive, descendants } from './descendants.js'
import { Machine } from './machine.js'
import { s2 } from './plans.js'

const sandbox = { options: { sandbox: true } }

/** A server in a lab, whose start is a process of the lab that waits outside for one inside. */
const server = {
  ns: 'demo01',
  command: process.execPath,
  args: ['-e', `require('net').createServer().listen(7)`],
  port: 7,
}

const named = (pids: readonly number[], name: string) =>
  pids.filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name)

/** The networks that processes are in; one that is ending has left its own. */
const networks = (pids: readonly number[]) =>
  pids.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/net`)]
    } catch {
      return []
    }
  })

test('a program that is the first of a container, and reaps nothing, is not kept waiting', async () => {
  await using machine = await Machine.open()
  const first = ['unshare', '-p', '-f', '--kill-child', '--mount-proc']
  await using sdk = new Agent([...machine.enter, ...first, process.execPath])
  const under = () => descendants(sdk.child.pid ?? 0)
  await sdk.pid()
  const before = networks(under())
  expect((await sdk.up(s2, sandbox)).error).toBeUndefined()
  expect((await sdk.spawn(server)).error).toBeUndefined()
  // what is inside is now a child of the first process, which never sees to its end
  for (const pid of named(under(), 'nsenter')) process.kill(pid, 'SIGKILL')
  expect((await sdk.runningDown()).error).toBeUndefined()
  expect(networks(under())).toEqual(before)
})

test('a sandbox whose first process is stopped goes as well', async () => {
  await using sdk = new Agent([process.execPath])
  expect((await sdk.up(s2, sandbox)).error).toBeUndefined()
  const all = descendants(sdk.child.pid ?? 0)
  const [holder = 0] = named(all, 'cat')
  process.kill(holder, 'SIGSTOP')
  expect((await sdk.runningDown()).error).toBeUndefined()
  await expect.poll(() => all.filter(alive), { timeout: 2_000 }).toEqual([])
})
