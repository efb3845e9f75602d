import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Machine } from '../netns/machine.js'
import { type Runner, Suite } from './suite.js'

const text = (name: string) => readFileSync(join(import.meta.dirname, 'suites', name), 'utf8')

/** Each suite, how many of its tests pass and do not, and how the runner says so. */
const cases: readonly (readonly [Runner, string, RegExp])[] = [
  ['vitest', 'vitest.mjs', /Tests +4 failed \| 2 passed \(6\)/],
  ['node', 'node.mjs', /# pass 1\n# fail 2\n# cancelled 1\n/],
  ['jest', 'jest.cjs', /Tests: +3 failed, 1 passed, 4 total/],
  ['mocha', 'mocha.mjs', /3 passing[\s\S]*3 failing/],
]

test.each(cases)(
  '%s: tests that fail, time out, or whose hook throws leave nothing, and say what the lab looked like',
  async (runner, name, counts) => {
    await using machine = await Machine.open()
    using suite = new Suite(runner, text(name))
    const mounts = () => machine.ok('cat /proc/self/mountinfo')
    const before = [await machine.digest(), await mounts()]
    const { code, stdout } = await suite.run(machine)
    expect([code > 0, stdout]).toEqual([true, expect.stringMatching(counts)])
    expect(stdout).toMatch(/demo01 does not reach demo02 \(10\.0\.2\.2\) by ping: /)
    // and why: the end inside was set down
    expect(stdout).toMatch(/LINK_NO_CARRIER: the link veth-demo02 of host has no carrier/)
    expect(stdout).toMatch(/namespace host\/demo02:/)
    expect(stdout).toMatch(/in a hook/)
    expect([await machine.digest(), await mounts()]).toEqual(before)
  },
  120_000,
)
