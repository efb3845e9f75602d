import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { partsOf, shares } from '../../../../src/explain/live/host.js'

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
