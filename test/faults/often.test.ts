import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Lane } from './lane.js'
import { full } from './seed.js'
import { subjects } from './subjects.js'

const AGAIN = full ? 60 : 15
const OFTEN = full ? 1_000 : 100

const run = promisify(execFile)

test(
  `C35: up, down and up again with the same names, ${AGAIN} times in a row`,
  async () => {
    const [subject] = subjects.filter(({ name }) => name === 'S2')
    if (subject === undefined) return expect.unreachable()
    await using lane = await Lane.open(subject)
    for (let i = 0; i < AGAIN; i += 1) {
      expect([i, (await lane.sdk.up(subject.plan)).error]).toEqual([i, undefined])
      expect([i, (await lane.sdk.down(subject.plan)).error]).toEqual([i, undefined])
    }
    await lane.expectAsBefore()
  },
  AGAIN * 20_000,
)

test(
  `up and down ${OFTEN} times in one process: files, memory, listeners and namespaces end where they began`,
  async () => {
    await using lane = await Lane.open({ setup: '', back: 'nft' })
    const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth().routeBothWays().allowForward()
    const [command = '', ...words] = lane.machine.enter
    const script = join(import.meta.dirname, 'often.mjs')
    const { stdout } = await run(command, [
      ...words,
      ...[process.execPath, '--expose-gc', script, String(OFTEN), JSON.stringify(plan)],
    ])
    const { before, after } = JSON.parse(stdout)
    const grown = (after.heap - before.heap) / 2 ** 20
    console.log(`${OFTEN} times up and down: ${before.files} files, the heap grew by ${grown.toFixed(2)} MiB`)
    expect({ ...after, heap: 0 }).toEqual({ ...before, heap: 0 })
    // what a thousand rounds would hold if each kept but a line of its output
    expect(grown).toBeLessThan(4)
    await lane.expectAsBefore()
  },
  OFTEN * 10_000,
)
