import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pages, root } from '../docs/blocks.js'
import { Machine } from '../netns/machine.js'
import { type Runner, runners, Suite } from './suite.js'

const blocks = pages.flatMap(({ blocks: all }) => all.filter(({ runner }) => runner !== ''))

/** What a runner says of one test that passed. */
const PASSED: Record<Runner, RegExp> = {
  vitest: /Tests +1 passed/,
  node: /# pass 1\n/,
  jest: /Tests: +1 passed/,
  mocha: /1 passing/,
}

test('there is an example for each runner, short enough to be read', () => {
  const named = new Set(blocks.map(({ runner }) => runner))
  expect([...named].toSorted()).toEqual(Object.keys(runners).toSorted())
  for (const { runner, text } of blocks) {
    expect(text.trimEnd().split('\n').length, runner).toBeLessThan(15)
  }
})

test.each(blocks.map(({ runner, text }) => [runner as Runner, text] as const))(
  'the example for %s passes, and leaves nothing',
  async (runner, text) => {
    await using machine = await Machine.open()
    using suite = new Suite(runner, text)
    const before = await machine.digest()
    const { code, stdout } = await suite.run(machine)
    expect([code, stdout]).toEqual([0, expect.stringMatching(PASSED[runner])])
    expect(await machine.digest()).toBe(before)
  },
)

test('the suite among the examples passes, and leaves nothing', async () => {
  const text = readFileSync(join(root, 'examples/test-suite.test.ts'), 'utf8')
  await using machine = await Machine.open()
  using suite = new Suite('vitest', text, 'lab.test.ts')
  const before = await machine.digest()
  const { code, stdout } = await suite.run(machine)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/Tests +3 passed/)])
  expect(await machine.digest()).toBe(before)
})
