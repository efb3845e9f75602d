import { expect, test } from 'vitest'
import {
  routeWords,
  settingWord,
  spoken,
  tool,
  within,
} from '../../../../src/explain/mends/words.js'

test('a command is typed on the host, also for a namespace', () => {
  expect(tool('ip', 'node03', 'link')).toEqual(['ip', 'link'])
  expect(tool('bridge', 'node03/a', 'link')).toEqual(['bridge', '-n', 'a', 'link'])
  expect(within('node03', 'true')).toEqual(['true'])
  expect(within('node03/a', 'true')).toEqual(['ip', 'netns', 'exec', 'a', 'true'])
  expect([spoken('node03'), spoken('node03/a')]).toEqual(['node03', 'a on node03'])
})

test('a setting of a link with a dot in its name is written with slashes', () => {
  expect(settingWord('net.ipv4.ip_forward')).toBe('net.ipv4.ip_forward')
  expect(settingWord('net.ipv4.conf.eth0.rp_filter')).toBe('net.ipv4.conf.eth0.rp_filter')
  expect(settingWord('net.ipv4.conf.eth0.5.rp_filter')).toBe('net/ipv4/conf/eth0.5/rp_filter')
})

test('a route says what the kernel would not take by itself', () => {
  const route = { family: 4, table: 254, type: 'unicast', metric: 0 } as const
  expect(routeWords({ ...route, to: '10.0.0.0/8', device: 'a', gateway: '10.1.1.1' })).toEqual([
    '10.0.0.0/8',
    'via',
    '10.1.1.1',
    'dev',
    'a',
  ])
  expect(routeWords({ ...route, to: '0.0.0.0/0', type: 'blackhole', table: 7, metric: 9 })).toEqual(
    [...['blackhole', 'default', 'table', '7', 'metric', '9']],
  )
  expect(routeWords({ ...route, family: 6, to: '::/0', metric: 1024, protocol: 'kernel' })).toEqual(
    ['default'],
  )
})
