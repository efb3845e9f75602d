import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { net } from '../../src/index.js'

const root = join(import.meta.dirname, '../..')
const fixtures = join(import.meta.dirname, 'fixtures')
const consumer = inject('consumer')

/** The oldest that is supported, and the newest of each line that users have. */
const VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.10.0']

/** Node.js of a version, from npm, kept among the packages from one run to the next. */
function nodeOf(version: string): string {
  const folder = join(root, 'node_modules/.cache/nodes', version)
  const name = `node-linux-${process.arch}`
  const binary = join(folder, 'node_modules', name, 'bin/node')
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
    execFileSync('npm', ['install', ...quiet, '--prefix', folder, `${name}@${version}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  }
  return binary
}

beforeAll(() => {
  for (const file of readdirSync(fixtures)) copyFileSync(join(fixtures, file), join(consumer, file))
  writeFileSync(join(consumer, '.bashrc'), 'echo this is ~/.bashrc; exit 3\n')
})

describe.each(VERSIONS)('on Node.js %s', (version) => {
  test.each(['esm.mjs', 'cjs.cjs'])(
    '%s: no side effects, plans, export, a round trip, and a sandbox that answers',
    (file) => {
      // As a service starts it: with no shell above, in which case bash would read the user's ~/.bashrc.
      // NODE_OPTIONS of this run are not those of a user. Any warning would be seen in stderr.
      const { NODE_OPTIONS: _, SHLVL: __, ...rest } = process.env
      const env = { ...rest, HOME: consumer }
      const { stdout, stderr } = spawnSync(nodeOf(version), [file], {
        cwd: consumer,
        encoding: 'utf8',
        env,
      })
      expect(stderr).toBe('')
      const { json, script, ...seen } = JSON.parse(stdout)
      const plan = net.parse(json)
      expect(plan.commands().length).toBeGreaterThan(20)
      expect([json, script]).toEqual([JSON.stringify(plan), plan.toBash()])
      expect(seen).toEqual({
        node: version,
        sameAgain: true,
        refusal: [true, 'BAD_ARGUMENT'],
        pings: { 'demo01 -> 10.0.2.2': 0, 'demo02 -> fd00:1::2': 0 },
        zxBefore: false,
        zxAfter: true,
        newGlobals: ['zxWasLoaded'],
      })
    },
    180_000,
  )
})
