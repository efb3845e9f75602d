import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Machine } from '../netns/machine.js'
import { installedCopy } from '../netns/package.js'

const WORKERS = 8
const EACH = 25

const nobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups'

test.each([
  ['root', ''],
  ['a user without rights', nobody],
])(
  `${WORKERS} programs of %s have ${WORKERS * EACH} labs, and nothing is left`,
  async (_, as) => {
    await using machine = await Machine.open()
    using copy = installedCopy()
    cpSync(join(import.meta.dirname, 'suites/many.mjs'), join(copy.folder, 'many.mjs'))
    const mounts = () => machine.ok('cat /proc/self/mountinfo')
    const before = [await machine.digest(), await mounts()]
    const program = `${as} ${process.execPath} ${copy.folder}/many.mjs`
    const said = await machine.ok(`for i in {1..${WORKERS}}; do ${program} $i ${EACH} & done; wait`)
    const lines = said.split('\n').filter((line) => line !== '')
    const count = (line: string) => lines.filter((each) => each.trim() === line).length
    expect([...new Set(lines.map((line) => line.trim()))].toSorted()).toEqual([
      'fails: rejected with the facts',
      'killed',
      'leaves a server: resolved',
      'passes: resolved',
      'times out: rejected',
    ])
    expect(lines.length).toBe(WORKERS * EACH)
    expect(count('killed')).toBe(WORKERS)
    // what was killed ends when it is scheduled
    await expect
      .poll(async () => [await machine.digest(), await mounts()], { timeout: 10_000 })
      .toEqual(before)
  },
  300_000,
)
