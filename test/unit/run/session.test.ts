import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
let folder = ''

/** A program that opens a session, tells it what to do, and prints what it answers. */
const PROGRAM = `
import { Session } from './src/run/session.js'
const session = new Session({ enter: [], lab: 'demo' }, '', {})
const answer = await session.run(process.argv[2], (line) => process.stdout.write(line + '\\n'))
if (process.argv[3] === 'stays') await new Promise(() => setInterval(() => {}, 1000))
if (answer.complete) await session.close()`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-session-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await build({
    stdin: { contents: PROGRAM, resolveDir: root },
    outfile: join(folder, 'program.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['zx'],
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = (...words: string[]) =>
  spawn(process.execPath, [join(folder, 'program.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The number of the session's process, and so of its group, which is the first line. */
async function groupOf(child: ReturnType<typeof program>): Promise<number> {
  const [text] = await once(child.stdout, 'data')
  return Number(String(text).split('\n', 1)[0])
}

/** The processes of a group; `Z` is one that has ended, and that nobody has heard of. */
const membersOf = (group: number) =>
  readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const [state = '', , its] =
        readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return Number(its) === group ? [`${pid} ${state}`] : []
    } catch {
      // it has just gone
      return []
    }
  })

describe('nothing outlives a session', () => {
  test.each([
    ['waits', 'sleep 1000'],
    ['waits for what is beside it', 'sleep 1000 & wait $!'],
    ['tells what nobody hears', 'sleep 1000 & while :; do echo more; done'],
    ['has done its work', '{ sleep 1000 >/dev/null; } &'],
  ])('whose program is killed while it %s', async (_, text) => {
    for (let i = 0; i < 10; i += 1) {
      const child = program(`echo $$\n${text}`, 'stays')
      const group = await groupOf(child)
      expect(membersOf(group)).not.toEqual([])
      child.kill('SIGKILL')
      const living = () => membersOf(group).filter((line) => !line.endsWith('Z'))
      await expect.poll(living, { timeout: 5000, interval: 20 }).toEqual([])
    }
  })

  test.each([
    ['comes to its end', ''],
    ['ends in the middle', 'exit 3'],
  ])('that %s', async (_, rest) => {
    const child = program(`echo $$\n${rest}`)
    const group = await groupOf(child)
    const [code] = await once(child, 'close')
    expect([code, membersOf(group)]).toEqual([0, []])
  })
})
