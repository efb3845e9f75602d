import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Machine } from '../netns/machine.js'
import { Suite } from './suite.js'

const text = (name: string) => readFileSync(join(import.meta.dirname, 'suites', name), 'utf8')

const FILES = ['fails', 'one', 'other']

/** What a run of vitest needs to have one worker for all files. */
const ONE_WORKER = '--no-isolate --maxWorkers=1'

/** A suite of several files that take their lab from one more. */
function suiteOf(names: readonly string[], file = 'worker-file.mjs'): Suite {
  const suite = new Suite('vitest', text('worker-lab.mjs'), 'worker-lab.mjs')
  for (const name of names) writeFileSync(join(suite.folder, `${name}.test.mjs`), text(file))
  return suite
}

const state = (machine: Machine) =>
  Promise.all([machine.digest(), machine.ok('cat /proc/self/mountinfo')])

/** What each file saw: its process, and which files had been in its lab by then. */
const seen = (stdout: string) =>
  [...stdout.matchAll(/^\w+ of (\d+) sees (.*)\.$/gm)].map(([, pid = '', files = '']) => ({
    pid,
    files: files.split(' '),
  }))

test('the files of a worker share one lab, which is gone behind them, though a test fails', async () => {
  await using machine = await Machine.open()
  using suite = suiteOf(FILES)
  const before = await state(machine)
  const { code, stdout } = await suite.run(machine, ONE_WORKER)
  expect([code, stdout]).toEqual([1, expect.stringMatching(/Tests +1 failed \| 3 passed \(4\)/)])
  // in which order vitest takes them is its own affair
  expect(seen(stdout).map(({ files }) => files.length)).toEqual([1, 2, 3])
  expect(seen(stdout)[2]?.files).toEqual(FILES)
  expect(new Set(seen(stdout).map(({ pid }) => pid)).size).toBe(1)
  expect(stdout).toMatch(/all parts of the lab are as the plan says/)
  expect(await state(machine)).toEqual(before)
})

test('each worker has its own', async () => {
  await using machine = await Machine.open()
  using suite = suiteOf(FILES)
  const before = await state(machine)
  const { stdout } = await suite.run(machine)
  expect(seen(stdout).flatMap(({ files }) => files)).toEqual(expect.arrayContaining(FILES))
  expect(seen(stdout).map(({ files }) => files.length)).toEqual([1, 1, 1])
  expect(await state(machine)).toEqual(before)
})

test.each([
  ['the runner', 'kills-runner', 137, ''],
  ['a worker', 'kills-worker', 1, 'Worker exited unexpectedly'],
])('kill -9 of %s takes the lab with it', async (_, name, code, said) => {
  await using machine = await Machine.open()
  using suite = suiteOf([name], 'worker-kill.mjs')
  const before = await state(machine)
  const result = await suite.run(machine, ONE_WORKER)
  expect([result.code, result.stdout]).toEqual([code, expect.stringContaining(said)])
  // a worker without its runner ends when it next has something to say
  await expect.poll(() => state(machine), { timeout: 20_000 }).toEqual(before)
})
