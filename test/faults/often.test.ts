import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { Lane } from './lane.js'
import { full } from './seed.js'

const TIMES = full ? 1_000 : 60

const run = promisify(execFile)

test(
  `C35: up and down ${TIMES} times in a row with the same names, in one process: none fails, and files, memory, listeners and namespaces end where they began`,
  async () => {
    await using lane = await Lane.open({ setup: '', back: 'nft' })
    const plan = net.host().ns('demo01').ip('10.0.1.2/24').veth().routeBothWays().allowForward()
    const [command = '', ...words] = lane.machine.enter
    const script = join(import.meta.dirname, 'often.mjs')
    const { stdout } = await run(command, [
      ...words,
      ...[process.execPath, '--expose-gc', script, String(TIMES), JSON.stringify(plan)],
    ])
    const { before, after, rounds } = JSON.parse(stdout)
    const grown = (after.heap - before.heap) / 2 ** 20
    console.log(
      `${rounds} times up and down: ${after.files} files, the heap grew by ${grown.toFixed(2)} MiB`,
    )
    expect(rounds).toBe(TIMES)
    expect({ ...after, heap: 0 }).toEqual({ ...before, heap: 0 })
    // what a thousand rounds would hold if each kept but a line of its output
    expect(grown).toBeLessThan(4)
    await lane.expectAsBefore()
  },
  TIMES * 10_000,
)
