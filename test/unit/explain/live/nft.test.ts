import { describe, expect, test } from 'vitest'
import { readPlain } from '../../../../src/explain/live/nft/plain.js'
import { readNft } from '../../../../src/explain/live/nft.js'
import type { FilterRule } from '../../../../src/state/firewall.js'
import { brief, briefly, fixture } from './brief.js'

const { tables } = readNft(fixture('nft.txt'))

test('all that nft 1.0.6 lists is read as it means, or has its text as unknown', () => {
  expect(briefly(tables).split('\n')).toEqual(fixture('nft.read.txt').trim().split('\n'))
})

test('no rule is lost, and each has its handle, its number, its comment and its counter', () => {
  const rules = tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules))
  const handles = (fixture('nft.txt').match(/"rule": \{[^[]*?"handle": (\d+)/g) ?? []).map((text) =>
    Number(text.split(' ').at(-1)),
  )
  expect([...new Set(rules.map(({ handle }) => handle))].sort()).toEqual(
    [...new Set(handles)].sort(),
  )
  const of = (handle: number) => rules.find((rule) => rule.handle === handle) as FilterRule
  expect(of(28)).toMatchObject({ number: 2, text: 'drop' })
  expect(of(199).comment).toBe('a comment \\here')
  expect(of(204).packets).toBe(3)
})

function listing(entries: readonly object[]): string {
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.1.0' } },
      { table: { family: 'ip', name: 't' } },
      ...entries,
    ],
  })
}

const chain = {
  family: 'ip',
  table: 't',
  name: 'c',
  type: 'filter',
  hook: 'forward',
  prio: 0,
  policy: 'drop',
}

const readRule = (...expr: readonly object[]) =>
  readNft(
    listing([{ chain }, { rule: { family: 'ip', table: 't', chain: 'c', handle: 1, expr } }]),
  ).tables[0]?.chains[0]?.rules.map(brief)

const meta = (key: string) => ({ meta: { key } })
const ct = (key: string) => ({ ct: { key } })
const match = (left: object, op: string, right: unknown) => ({ match: { left, op, right } })
const flags = { payload: { protocol: 'tcp', field: 'flags' } }

describe('what newer versions print', () => {
  test.each([
    [
      'flags that are joined by |',
      match(flags, 'in', { '|': ['syn', 'ack'] }),
      'not flags syn,ack ',
    ],
    [
      'more than two',
      match({ '&': [flags, { '|': ['fin', 'syn', 'rst', 'ack'] }] }, '==', 'syn'),
      'syn',
    ],
    [
      'states',
      match(ct('state'), 'in', { '|': ['established', 'related'] }),
      'state established,related',
    ],
    ['a negation', match(ct('state'), '!', ['established']), 'not state established'],
    ['a set of one that is no list', match(meta('l4proto'), '==', { set: 'tcp' }), 'protocol tcp'],
    ['ICMPv6 by its other name', match(meta('l4proto'), '==', 'icmpv6'), 'protocol ipv6-icmp'],
    ['protocols by number', match(meta('l4proto'), '!=', 58), 'not protocol ipv6-icmp'],
    ['protocols compared', match(meta('l4proto'), '>', 6), 'protocol udp,ipv6-icmp'],
  ])('%s', (_, statement, read) => {
    const found = readRule(statement)?.[0]?.split(' => ')[1]
    expect(found?.replace(/^protocol tcp; /, '')).toBe(read)
  })

  test('a statement that nobody knows acts in a way that nobody knows', () => {
    expect(readRule({ teleport: { to: 'mars' } })).toEqual([
      'teleport to mars => unknown teleport to mars',
    ])
  })
})

describe('what a statement acts before a map of verdicts', () => {
  test('it acts once', () => {
    const set = [
      ['tcp', { accept: null }],
      ['udp', { drop: null }],
    ]
    const flip = { mangle: { key: meta('mark'), value: { '^': [meta('mark'), 3] } } }
    expect(
      readRule(flip, { vmap: { key: meta('l4proto'), data: { set } } })?.map(
        (line) => line.split(' => ')[1],
      ),
    ).toEqual(['mark 3 0; protocol tcp; accept', 'protocol udp; drop'])
  })
})

describe('marks', () => {
  test.each([
    ['meta', { '|': [{ '&': [meta('mark'), 0xff] }, 0x100] }, 'mark 256 0xffffff00'],
    ['meta', { '&': [ct('mark'), 0xff] }, 'restoreMark 0xffffffff 255'],
    ['meta', { '|': [ct('mark'), 1] }, 'restoreMark 0xffffffff 0xfffffffe; mark 1 0'],
    ['ct', { '&': [meta('mark'), 0xff] }, 'saveMark 255 0xffffffff'],
    ['meta', { '<<': [meta('mark'), 2] }, /^unknown meta mark set/],
  ])('%s mark set %j', (key, value, read) => {
    const found = readRule({ mangle: { key: key === 'ct' ? ct('mark') : meta('mark'), value } })
    const [, parts = ''] = found?.[0]?.split(' => ') ?? []
    if (typeof read === 'string') expect(parts).toBe(read)
    else expect(parts).toMatch(read)
  })
})

describe('chains', () => {
  const baseOf = (table: object, more: object) =>
    readNft(
      JSON.stringify({
        nftables: [
          { table: { family: 'netdev', name: 't', ...table } },
          { chain: { ...chain, family: 'netdev', hook: 'ingress', ...more } },
        ],
      }),
    ).tables[0]?.chains[0]?.base

  test('devices are one or several', () => {
    expect(baseOf({}, { dev: 'eth0' })?.devices).toEqual(['eth0'])
    expect(baseOf({}, { dev: ['eth0', 'eth1'] })).toMatchObject({ devices: ['eth0', 'eth1'] })
  })

  test('nft 1.0.6 does not print them: then nothing is sure', () => {
    expect(baseOf({}, {})?.doubt).toMatch(/devices/)
  })

  test('a dormant table has no base chains; where its flags are no flags, it is not sure', () => {
    expect(baseOf({ flags: ['dormant'] }, { dev: 'x' })).toBeUndefined()
    expect(baseOf({ flags: 'Lester Gooch #5' }, { dev: 'x' })?.doubt).toMatch(/dormant/)
    expect(baseOf({ flags: ['owner', 'persist'] }, { dev: 'x' })?.doubt).toBeUndefined()
  })

  test('a flowtable is a gap', () => {
    const flowtable = { family: 'ip', table: 't', name: 'ft', dev: 'eth0' }
    expect(readNft(listing([{ flowtable }])).gaps).toEqual([
      'flowtable ft of table ip t: connections in it pass by the hooks',
    ])
  })
})

describe('what the plain listing tells beside', () => {
  const bases = (plain?: string) =>
    readNft(fixture('nft.txt'), plain).tables.flatMap(({ chains }) =>
      chains.flatMap(({ base }) =>
        base?.hook === 'ingress' || base?.hook === 'egress' ? base : [],
      ),
    )

  test('devices of chains', () => {
    expect(bases().map(({ devices, doubt }) => [devices, doubt !== undefined])).toEqual(
      Array(3).fill([undefined, true]),
    )
    expect(bases(fixture('nft-plain.txt')).map(({ devices, doubt }) => [devices, doubt])).toEqual(
      Array(3).fill([['lo'], undefined]),
    )
  })

  test('several devices, and flags of tables', () => {
    const plain = [
      'table netdev t { # handle 1',
      '\tflags dormant,owner',
      '',
      '\tchain c { # handle 2',
      '\t\ttype filter hook ingress devices = { "eth0", "eth1" } priority filter + 5; policy accept;',
      '\t}',
      '}',
      'table ip u {',
      '\tchain d {',
      '\t\ttype filter hook egress device "lo" priority filter; policy accept;',
    ].join('\n')
    const { flags, devices } = readPlain(plain)
    expect([...flags]).toEqual([
      ['netdev t', ['dormant', 'owner']],
      ['ip u', []],
    ])
    expect([...devices]).toEqual([
      ['netdev t c', ['eth0', 'eth1']],
      ['ip u d', ['lo']],
    ])
  })
})

test('a set whose elements come and go is not asked for what it has now', () => {
  const saddr = { payload: { protocol: 'ip', field: 'saddr' } }
  const found = (set: object, ...more: readonly object[]) =>
    readNft(
      listing([
        {
          set: {
            family: 'ip',
            table: 't',
            name: 's',
            type: 'ipv4_addr',
            elem: ['10.0.0.1'],
            ...set,
          },
        },
        { chain },
        {
          rule: {
            family: 'ip',
            table: 't',
            chain: 'c',
            handle: 1,
            expr: [match(saddr, '==', '@s'), ...more],
          },
        },
      ]),
    ).tables[0]?.chains[0]?.rules.map(brief)
  expect(found({})).toEqual(['ip saddr @s => source 10.0.0.1'])
  const unknown = ['ip saddr @s => unknown ip saddr @s']
  expect(found({ flags: ['timeout'] })).toEqual(unknown)
  expect(found({ flags: ['dynamic'] })).toEqual(unknown)
  expect(found({ elem: [{ elem: { val: '10.0.0.1', expires: 5 } }] })).toEqual(unknown)
  expect(found({}, { set: { op: 'add', elem: saddr, set: '@s' } })?.[0]).toContain(
    'unknown ip saddr @s',
  )
})
