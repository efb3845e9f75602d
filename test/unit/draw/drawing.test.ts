import { expect, test } from 'vitest'
import { Drawing } from '../../../src/draw/drawing.js'

test('places without links, and words of Mermaid itself, are drawn as they are', () => {
  const drawing = new Drawing()
  drawing.host('end', undefined, [])
  drawing.namespace('end', 'subgraph')
  expect(drawing.toMermaid().split('\n')).toEqual([
    'flowchart LR',
    '  subgraph s0["end"]',
    '    h0["root namespace"]',
    '    h0n0(["subgraph"])',
    '  end',
  ])
})

test('a link bears both ends with their addresses, and hosts with uplinks share a segment', () => {
  const drawing = new Drawing()
  drawing.host('one', 'up0', ['192.0.2.1/24', 'fd00::1/64'])
  drawing.host('two', undefined, ['192.0.2.2/24'])
  drawing.host('three', undefined, [])
  drawing.namespace('one', 'a')
  drawing.link({ place: 'one', device: 'va' }, { place: 'one/a', device: 'eth0' })
  drawing.address({ place: 'one/a', device: 'eth0' }, '10.0.1.2/24')
  drawing.address({ place: 'one/a', device: 'eth0' }, 'fd00:1::2/64')
  const lines = drawing.toMermaid().split('\n')
  expect(lines).toContain('    h0["root namespace<br/>up0<br/>192.0.2.1/24<br/>fd00::1/64"]')
  expect(lines).toContain('  h0 ---|"va<br/>eth0 10.0.1.2/24 fd00:1::2/64"| h0n0')
  expect(lines.slice(-3)).toEqual([
    '  segment{{"segment"}}',
    '  h0 --- segment',
    '  h1 --- segment',
  ])
})
