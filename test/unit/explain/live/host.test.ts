import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { partsOf, readPlaces, shares } from '../../../../src/explain/live/host.js'
import { rejection } from '../../refusal.js'

describe('what a lane writes', () => {
  test('is split where a line begins with the mark, and nowhere else', () => {
    const text = '\nM place 3\n\nM ip\na M b\nMM x\n\nM end\n\nM place 0\n\nM failed nft\nno\n'
    expect([...partsOf(text, 'M')]).toEqual([
      [
        3,
        [
          ['ip', 'a M b\nMM x\n'],
          ['end', ''],
        ],
      ],
      [0, [['failed nft', 'no\n']]],
    ])
  })

  test('may end anywhere', () => {
    expect([...partsOf('', 'M')]).toEqual([])
    expect([...partsOf('\nM pl', 'M')]).toEqual([])
    expect([...partsOf('\nM place 1\n\nM i', 'M')]).toEqual([[1, [['i', '']]]])
  })
})

describe('lanes', () => {
  const namespaces = Array.from({ length: 20 }, (_, i) => ({ name: `n${i}` }))

  test('share out all places, the host counting for more', () => {
    const lanes = shares([{}, ...namespaces], 2)
    expect(lanes.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, i) => i))
    expect(lanes.map((own) => own.length)).toEqual([9, 12])
    expect(lanes[0]?.[0]).toBe(0)
  })

  test('are no more than places', () => {
    expect(shares([{}], 8)).toEqual([[0]])
    expect(shares([], 8)).toEqual([[]])
  })
})

test('shellcheck finds nothing in what reads', () => {
  const folder = join(import.meta.dirname, '../../../../src/explain/live')
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  const lane = "lane 3 '0 -' &\nwait"
  const programs = [
    `mark=m parts=all reader=''\n${text('within.bash')}\n${text('collect.bash')}\n${lane}`,
    `mark=m\n${text('within.bash')}\n${text('route-get.bash')}\n${lane}`,
    `mark=m parts=all saves_of_host='- - - -' classifiers=1\n${text('read.bash')}`,
  ]
  for (const input of programs) {
    const check = spawnSync('shellcheck', ['--shell=bash', '-'], { input, encoding: 'utf8' })
    expect([check.status, check.stdout, check.stderr]).toEqual([0, '', ''])
  }
})

describe('bash on a host', () => {
  const here = { node: 'node03', enter: [] }
  const lane = (body: string) => `lane() { local place; for place in "\${@:2}"; do
    printf '\\n%s place %s\\n' "$mark" "\${place%% *}"
    ${body}
  done >&"$1"; }`
  const read = (engine: string, options = {}) =>
    readPlaces(here, [{}, { name: 'a' }, { name: 'b', text: "it's\n2 $x" }], engine, options)

  test('answers for each place, in order, whatever its lanes do', async () => {
    const said = `printf '\\n%s said\\n%s\\n' "$mark" "\${place#* }"`
    expect(await read(lane(said))).toEqual([
      [['said', '-\n']],
      [['said', 'a\n']],
      [['said', "b\nit's\n2 $x\n"]],
    ])
  })

  test('hands over what is longer than any pipe holds, and no place that was not reached', async () => {
    const long = 'printf "\\n%s long\\n%0300000d" "$mark" 0; [[ $place != 1* ]] || return'
    const [host, a] = await read(lane(long))
    expect(host?.[0]?.[1]).toHaveLength(300_000)
    expect(a?.[0]?.[1]).toHaveLength(300_000)
    expect(await read('lane() { :; }')).toEqual([[], [], []])
  })

  test('is ended where it takes too long, or is no longer wanted', async () => {
    const late = await rejection(read(lane('sleep 60'), { timeoutMs: 100 }))
    expect([late.code, late.message]).toEqual(['TIMEOUT', expect.stringContaining('100 ms')])
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 100)
    const aborted = await rejection(read(lane('sleep 60'), { signal: stop.signal }))
    expect(aborted.code).toBe('ABORTED')
    expect((await rejection(read(lane(':'), { signal: stop.signal }))).code).toBe('ABORTED')
  })

  test('that ends by itself is an error with what it said', async () => {
    const error = await rejection(read('echo "no such place" >&2; exit 3'))
    expect(error.code).toBe('PROCESS_ENDED')
    expect(error.message).toMatch(/^host node03 could not be read: .* code 3: no such place/)
    expect(error.hint).not.toBe('')
  })
})
