import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from '../../../src/step/quote.js'

const engine = readFileSync(
  join(import.meta.dirname, '../../../src/script/engine/look.bash'),
  'utf8',
)

/** What bash makes of lines, for each of these calls. */
function linesOf(lines: readonly string[], calls: readonly (readonly string[])[]): string[][] {
  const input = [
    'set -euo pipefail',
    engine,
    `all=(${lines.map(quote).join(' ')})`,
    ...calls.map(
      ([name = '', words = '']) =>
        `${name} all ${quote(words)}; printf '%s\\n' "\${#lines[@]}" "\${lines[@]}"`,
    ),
    // they leave what they were given as it was, and the shell's own ways too
    `printf '%s\\n' "\${#all[@]}" "\${all[@]}"`,
    `[[ $- != *f* && \${IFS@Q} == "$' \\t\\n'" ]]`,
  ].join('\n')
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-s'], {
    input,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  const said = stdout.split('\n').slice(0, -1)
  return [...calls, []].map(() => {
    const count = Number(said.shift())
    return said.splice(0, count)
  })
}

const STARTS = ['undo ip link del dev ', 'undo ip netns del ', '12 ', 'undo *', '[u]', '\\', 'x?']
const TAILS = [
  'a',
  'vh*',
  'v?0',
  '[ab]',
  '\\',
  '&',
  '/run/netns/a b',
  '$x',
  '`',
  "'",
  '"',
  '#',
  '%',
  'é',
]

test('lines are picked by their start and dropped by a pattern, whatever is in them', () => {
  const line = fc.tuple(fc.constantFrom(...STARTS, ''), fc.constantFrom(...TAILS))
  const lines = fc.array(
    line.map((parts) => parts.join('')),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(lines, (lines) => {
      const calls = STARTS.map((start) => ['pick_lines', start])
      const [shape, ways] = ['undo ip?[!l]*', 'undo ip * a*']
      const got = linesOf(lines, [...calls, ['drop_lines', shape], ['drop_lines', ways]])
      const picked = STARTS.map((start) =>
        lines.flatMap((each) => (each.startsWith(start) ? [each.slice(start.length)] : [])),
      )
      expect(got).toEqual([
        ...picked,
        lines.filter((each) => !/^undo ip.[^l]/.test(each)),
        lines.filter((each) => !/^undo ip .* a/.test(each)),
        lines,
      ])
    }),
    { numRuns: 100 },
  )
}, 60_000)
