import { expect, test } from 'vitest'
import { Drawing } from '../../../src/draw/drawing.js'
import { net } from '../../../src/index.js'
import { everyCall } from '../plan/fixtures.js'

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

test('a switch is a box with the addresses of the host on it, and its ports lead to it', () => {
  const drawing = new Drawing()
  drawing.host('one', undefined, [])
  drawing.bridge('one', 'br0')
  drawing.namespace('one', 'a')
  drawing.namespace('one', 'b')
  drawing.address({ place: 'one', device: 'br0' }, '10.0.1.1/24')
  drawing.link({ place: 'one', device: 'va' }, { place: 'one/a', device: 'eth0' })
  drawing.port({ place: 'one', device: 'va' }, 'br0')
  drawing.link({ place: 'one', device: 'vb' }, { place: 'one/b', device: 'eth0' })
  expect(drawing.toMermaid().split('\n')).toEqual([
    'flowchart LR',
    '  subgraph s0["one"]',
    '    h0["root namespace"]',
    '    h0n0(["a"])',
    '    h0n1(["b"])',
    '    h0b0[/"br0 10.0.1.1/24"/]',
    '    h0 --- h0b0',
    '  end',
    '  h0b0 ---|"va<br/>eth0"| h0n0',
    '  h0 ---|"vb<br/>eth0"| h0n1',
  ])
})

test('a plan of switches and links: each host has its own, and no line is drawn to nothing', () => {
  const plan = net
    .host('one')
    .bridge('br0', { ip: '10.0.1.1/24' })
    .ns('a')
    .ip('10.0.1.2/24')
    .attach('br0')
    .ns('r')
    .router()
    .link('a', { ip: ['10.0.2.1/30', '10.0.2.2/30'] })
    .host('two')
    .bridge('br0')
    .ns('b')
    .attach('br0')
  const lines = plan.toMermaid().split('\n')
  expect(lines.filter((line) => line.includes('---'))).toEqual([
    '    h0 --- h0b0',
    '  h0b0 ---|"veth-a<br/>eth0 10.0.1.2/24"| h0n0',
    '  h0n1 ---|"eth0 10.0.2.1/30<br/>eth1 10.0.2.2/30"| h0n0',
    '  h1b0 ---|"veth-b<br/>eth0"| h1n0',
  ])
  for (const make of Object.values(everyCall)) {
    expect(make().toMermaid()).not.toContain('undefined')
  }
})
