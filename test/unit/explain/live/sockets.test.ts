import { expect, test } from 'vitest'
import { socketsOfProc, socketsOfSs } from '../../../../src/explain/live/sockets.js'
import { readHost } from './outputs.js'

const socket = (
  protocol: string,
  family: number,
  address: string,
  port: number,
  v6only = false,
) => ({
  protocol,
  family,
  address,
  port,
  v6only,
})

test('of ss: both families, IPv6 only, bound to a link', () => {
  const { sockets = [] } = readHost().state
  expect([...sockets].sort((a, b) => a.port - b.port)).toEqual([
    socket('udp', 4, '127.0.0.1', 53),
    socket('udp', 6, '::1', 54, true),
    socket('tcp', 6, '::', 80),
    socket('tcp', 6, '::', 81, true),
    { ...socket('tcp', 4, '0.0.0.0', 82), link: 'br0' },
  ])
})

test('of ss: an address of a link, and lines that are none of a socket', () => {
  const line = 'udp UNCONN 0 0 [fe80::1]%eth0:5353 [::]:* ino:1 sk:1 cgroup:/ v6only:1 <->'
  expect(
    socketsOfSs(`${line}\nunix stream\nsctp LISTEN 0 0 *:9 *:*\ntcp LISTEN 0 5 broken *:*\n`),
  ).toEqual([{ ...socket('udp', 6, 'fe80::1', 5353, true), link: 'eth0' }])
})

test('of /proc/net: those that listen, in the byte order of the usual processor', () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:0036 0200000A:0001 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
`
  expect(socketsOfProc('tcp', tcp)).toEqual([socket('tcp', 4, '127.0.0.1', 53)])
  const udp6 = `  sl  local_address                         remote_address                        st
   9: 000000FD000000000000000001000000:005A 00000000000000000000000000000000:0000 07 00000000:00000000
   9: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 07 00000000:00000000
`
  expect(socketsOfProc('udp6', udp6)).toEqual([
    socket('udp', 6, 'fd00::1', 90),
    socket('udp', 6, '::', 81),
  ])
})
