import { describe, expect, test } from 'vitest'
import {
  answersOf,
  questionLine,
  type RouteQuestion,
} from '../../../../src/explain/live/route-get.js'

const ask = (more: Partial<RouteQuestion>) =>
  questionLine({ node: 'host', family: 4, destination: '10.0.0.2', ...more })

describe('a question in the words of ip', () => {
  test.each([
    [{}, 'route get 10.0.0.2'],
    [{ source: '10.0.0.1', iif: 'va' }, 'route get 10.0.0.2 from 10.0.0.1 iif va'],
    [{ oif: 'e.100', mark: 5 }, 'route get 10.0.0.2 oif e.100 mark 5'],
    [{ mark: 0 }, 'route get 10.0.0.2'],
    [
      { protocol: 'tcp', sourcePort: 4, destinationPort: 80 },
      'route get 10.0.0.2 ipproto 6 sport 4 dport 80',
    ],
    [{ protocol: 'icmp', destinationPort: 80 }, 'route get 10.0.0.2 ipproto 1'],
    [{ family: 6, destination: 'fd00::1', protocol: 'icmp' }, 'route get fd00::1 ipproto 58'],
    [{ destinationPort: 80 }, 'route get 10.0.0.2'],
  ] satisfies [Partial<RouteQuestion>, string][])('%j', (more, line) => {
    expect(ask(more)).toBe(line)
  })

  test.each([
    [{ destination: 'nonsense' }],
    [{ destination: '' }],
    [{ destination: 'fd00::1' }],
    [{ source: '10.0.0.1 oif x' }],
    [{ iif: 'a b' }],
    [{ oif: 'a\nroute flush' }],
    [{ oif: '"' }],
    [{ oif: '' }],
  ] satisfies [Partial<RouteQuestion>][])('none that would end a batch: %j', (more) => {
    expect(ask(more)).toBeUndefined()
  })
})

const FOUND = [
  '[{"type":"1","dst":"10.0.0.2","dev":"br0","table":"254","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":[]}]',
  '[{"type":"1","dst":"10.21.0.1","via":{"family":"inet6","host":"fd00::5"},"dev":"br0","table":"254","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":[]}]',
  '[{"type":"2","dst":"fd00::1","from":"::","dev":"lo","table":"255","protocol":"2","scope":"0","prefsrc":"fd00::1","metric":0,"flags":[],"pref":"medium"}]',
].join('\n')

const refused = (words: string, line: number) =>
  `RTNETLINK answers: ${words}\nCommand failed -:${line}\n`

describe('the answers of a batch', () => {
  test('lines that failed are named on stderr, the others stand in order', () => {
    const errors = [
      refused('Invalid argument', 1),
      refused('No route to host', 3),
      refused('Permission denied', 4),
      refused('Network is unreachable', 6),
      'Cannot find device "nodev"\nCommand failed -:8\n',
    ].join('')
    expect(answersOf(8, FOUND, errors)).toEqual([
      { code: 'EINVAL', text: 'Invalid argument' },
      { device: 'br0', type: 'unicast', source: '10.0.0.1', table: 254 },
      { code: 'EHOSTUNREACH', text: 'No route to host' },
      { code: 'EACCES', text: 'Permission denied' },
      { device: 'br0', gateway: 'fd00::5', type: 'unicast', source: '10.0.0.1', table: 254 },
      { code: 'ENETUNREACH', text: 'Network is unreachable' },
      { device: 'lo', type: 'local', source: 'fd00::1', table: 255 },
      { code: 'ENODEV', text: 'Cannot find device "nodev"' },
    ])
  })

  test('what ended the batch is the answer to all behind it', () => {
    const said = 'Error: any valid prefix is expected rather than "nonsense".'
    const [first = '', second] = answersOf(2, FOUND.split('\n')[0] ?? '', `${said}\n`)
    expect(first).toMatchObject({ device: 'br0' })
    expect(second).toEqual({ code: 'UNKNOWN', text: said })
    expect(answersOf(1, '', '')).toEqual([{ code: 'UNKNOWN', text: 'there was no answer' }])
  })

  test('an error as an older kernel writes it, and an answer of an unknown shape', () => {
    const answers = '[{"type":"blackhole","dst":"10.9.0.1"}]\n[{"dst":"10.0.0.1"}]\nno JSON'
    expect(answersOf(2, answers, '')).toMatchObject([{ code: 'EINVAL' }, { code: 'UNKNOWN' }])
  })
})
