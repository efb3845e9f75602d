import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Plan, Step } from '../../src/index.js'
import { scriptEngine } from '../../src/script/engine.js'
import { commandLine } from '../../src/step/quote.js'
import { scriptsOf } from '../unit/script/read.js'

/**
 * What the examples make, as files to read. A difference fails; `UPDATE_GOLDEN=1 npx vitest run --project golden`
 * writes the files anew, to be looked at before they are committed.
 */
const update = process.env['UPDATE_GOLDEN'] === '1' && process.env['CI'] === undefined
const here = import.meta.dirname
const examplesFolder = join(here, '../../examples')
const names = readdirSync(examplesFolder)
  .filter((file) => /^\d\d-.*\.ts$/.test(file))
  .map((file) => basename(file, '.ts'))

/** The engine is the same for every lab and stands in src/script/engine: one golden script has it, to be read whole. */
const WHOLE = '05-export-script'

/** Where the examples put what they write. */
const scratch = mkdtempSync(join(tmpdir(), 'netloom-golden-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, { recursive: true })
})

/** One step a line: where, the command, what it reads, how it is undone, the call that made it, and why. */
function line({ host, namespace, argv, input, undo, call, why }: Step): string {
  const place = namespace === undefined ? host : `${host}/${namespace}`
  const back = 'argv' in undo ? commandLine(undo.argv) : `goes with ${undo.with}`
  const reads = input === undefined ? '' : ` | reads ${JSON.stringify(input)}`
  return `[${place}] ${commandLine(argv)}${reads} | undo: ${back} | ${call}: ${why}\n`
}

/** The script up to its engine; that the engine is the shared one is checked here. */
function ownPart(plan: Plan, host: string, script: string): string {
  const resources = plan.toJSON().resources.filter((resource) => resource.host === host)
  const engine = scriptEngine(resources)
  expect(script.endsWith(engine)).toBe(true)
  return script.slice(0, -engine.length)
}

function filesOf(name: string, plan: Plan): Record<string, string> {
  const scripts = scriptsOf(plan).map(({ host, script }) => [
    `${host}.sh`,
    name === WHOLE ? script : ownPart(plan, host, script),
  ])
  return {
    'plan.json': `${JSON.stringify(plan, null, 2)}\n`,
    'plan.mmd': `${plan.toMermaid()}\n`,
    'steps.txt': plan.commands().map(line).join(''),
    ...Object.fromEntries(scripts),
  }
}

test('each example is a golden case, and each golden case an example', () => {
  expect(names.length).toBeGreaterThanOrEqual(5)
  const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  if (!update) expect(folders.map((entry) => entry.name).sort()).toEqual([...names].sort())
})

describe.each(names)('%s', (name) => {
  const folder = join(here, name)
  let plan: Plan

  // importing an example runs it, in a sandbox: what it says it proves is proved here
  beforeAll(async () => {
    vi.stubEnv('TMPDIR', scratch)
    const example: { plan: Plan } = await import(join(examplesFolder, `${name}.ts`))
    plan = example.plan
  }, 120_000)

  test('its plan, steps and scripts are those in the files', () => {
    const files = filesOf(name, plan)
    if (update) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
    }
    const kept = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')])
    expect(files).toEqual(Object.fromEntries(kept))
  })

  test('its scripts are read by bash, and shellcheck finds nothing', () => {
    for (const { script } of scriptsOf(plan)) {
      execFileSync('bash', ['-n'], { input: script })
      const args = ['--shell=bash', '--norc', '-']
      const check = spawnSync('shellcheck', args, { input: script, encoding: 'utf8' })
      expect(check.error).toBeUndefined()
      expect([check.status, check.stdout, check.stderr]).toEqual([0, '', ''])
    }
  })
})
