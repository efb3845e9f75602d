import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from '../../../src/step/quote.js'

const engine = ['base', 'look', 'journal']
  .map((name) => join(import.meta.dirname, `../../../src/script/engine/${name}.bash`))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

interface Act {
  readonly does: 'asks' | 'notes'
  readonly line: string
}

/** What one bash says that has the engine, and a journal with this text. */
function said(journal: string, program: readonly string[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'netloom-journal-'))
  try {
    mkdirSync(join(root, 'a'))
    writeFileSync(join(root, 'a', 'journal'), journal)
    const input = [
      'set -euo pipefail',
      `readonly root=${quote(root)} lab=a owner=1; group=7 firewall=`,
      engine,
      'read_journal',
      ...program,
    ].join('\n')
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-s'], {
      input,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
    return stdout.split('\n').slice(0, -1)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const FIRST = 'netloom-journal 1 a 7'

/** What it says of a journal that had these lines, act by act. */
const told = (lines: readonly string[], acts: readonly Act[]): string[] =>
  said(
    [FIRST, ...lines].map((line) => `${line}\n`).join(''),
    acts.map(({ does, line }) =>
      does === 'notes'
        ? `note ${quote(line)}`
        : `if in_journal ${quote(line)}; then echo yes; else echo no; fi`,
    ),
  )

/** Some are the beginning of others, or have what a pattern would take as a sign. */
const LINES = [
  'undo ip link del dev vh0',
  'undo ip link del dev vh01',
  'undo ip link del dev vh*',
  'undo ip link del dev vh?1',
  'folder',
  'older',
  'end',
  'need net/ipv4/ip_forward 1',
  'need net/ipv4/ip_forward',
]

test('whether a journal has a line: the few first questions and all that follow, whatever was written between them', () => {
  const line = fc.constantFrom(...LINES)
  const act = fc.record({ does: fc.constantFrom('asks' as const, 'notes' as const), line })
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 4 }),
      fc.array(act, { minLength: 1, maxLength: 40 }),
      (lines, acts) => {
        const has = new Set(lines)
        const right = acts.flatMap((each) => {
          if (each.does === 'asks') return has.has(each.line) ? 'yes' : 'no'
          has.add(each.line)
          return []
        })
        expect(told(lines, acts)).toEqual(right)
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

test('of a journal that was cut off at any place the whole lines are read, and what is left of one is told', () => {
  const lines = fc.array(fc.constantFrom(...LINES), { maxLength: 4 })
  fc.assert(
    fc.property(lines, fc.nat(), (lines, at) => {
      const whole = [FIRST, ...lines].map((line) => `${line}\n`).join('')
      const text = whole.slice(0, at % (whole.length + 1))
      const read = text.split('\n')
      const rest = read.pop()
      expect(said(text, [`printf '%s\\n' "$torn" "\${journal_lines[@]}"`])).toEqual([
        rest === '' ? '0' : '1',
        ...read,
      ])
    }),
    { numRuns: 60 },
  )
}, 60_000)
