import { net } from '../../../src/index.js'
import type { Case } from './cases.js'
import type { Shape } from './lab.js'

/**
 * x and y speak by the router r; a second link joins x and r.
 *
 *     x x1 10.1.1.2 -- 10.1.1.1 r1 r r2 10.1.2.1 -- 10.1.2.2 y1 y
 *     x x3 10.1.3.2 -- 10.1.3.1 r3 r
 */
export const line: Shape = {
  plan: net.host('h').ns('x').ns('r').ns('y'),
  servers: ['y'],
  build: `
    ip -n r -batch - <<'END'
link add r1 address 02:00:00:00:01:01 type veth peer name x1 address 02:00:00:00:01:02 netns x
link add r2 address 02:00:00:00:01:03 type veth peer name y1 address 02:00:00:00:01:04 netns y
link add r3 address 02:00:00:00:01:05 type veth peer name x3 address 02:00:00:00:01:06 netns x
END
    for each in r:r1:1.1 r:r2:2.1 r:r3:3.1 x:x1:1.2 x:x3:3.2 y:y1:2.2; do
      IFS=: read -r name link end <<<"$each"
      ip -n $name -batch - <<END
addr add 10.1.$end/24 dev $link
addr add fd01:\${end/./::}/64 dev $link nodad
link set $link up
END
    done
    ip -n x route add default via 10.1.1.1
    ip -n x -6 route add default via fd01:1::1
    ip -n y route add default via 10.1.2.1
    ip -n y -6 route add default via fd01:2::1
    inside r bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'`,
}

const xy = { from: 'x', to: 'y' } as const
const six = { family: 6 } as const
const tcp = { ...xy, protocol: 'tcp', port: 80 } as const
const udp = { ...xy, protocol: 'udp', port: 53 } as const
/** From the address of the second link, by the first: the reply comes by the second. */
const round = { from: '10.1.3.2', to: '10.1.2.2' } as const
const round6 = { from: 'fd01:3::2', to: 'fd01:2::2' } as const

export const lineCases: readonly Case[] = [
  {
    ...{ ...round, code: 'LINK_ADMIN_DOWN', back: true, at: 'h/r', says: 'r3' },
    fault: 'ip -n r link set r3 down',
    mends: ['arrives'],
  },
  {
    ...{ ...round, code: 'LINK_NO_CARRIER', back: true, at: 'h/r', says: 'r3' },
    fault: 'ip -n x link set x3 down',
    mends: ['arrives'],
  },
  {
    ...{ ...round, code: 'ROUTE_LEAKS_TO_OTHER_IF', back: true, at: 'h/r', says: 'r3' },
    before: `ip -n r link add r4 type veth peer name r5; ip -n r link set r4 up; ip -n r link set r5 up
      ip -n r route add default via 10.1.9.9 dev r4 onlink`,
    fault: 'ip -n r link set r3 down',
    mends: ['arrives', 'ROUTE_UNREACHABLE'],
  },
  {
    ...{ ...round6, code: 'NO_ROUTE', back: true, at: 'h/r' },
    fault: 'ip -n r -6 route del fd01:3::/64 dev r3',
    mends: ['arrives'],
  },
  {
    ...{ ...xy, code: 'RP_FILTER_STRICT', at: 'h/r', says: 'r1' },
    before: 'inside r sysctl -qw net.ipv4.conf.all.rp_filter=1',
    fault: 'ip -n r route add 10.1.1.2/32 via 10.1.3.2',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'RP_FILTER_STRICT', back: true, at: 'h/x', says: 'x3' },
    before: 'inside x sysctl -qw net.ipv4.conf.x3.rp_filter=1',
    fault: 'ip -n r route add 10.1.1.2/32 via 10.1.3.2',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ from: '10.7.7.7', to: '10.1.2.2', code: 'RP_FILTER_LOOSE', at: 'h/r', says: '10.7.7.7' },
    before: `ip -n x addr add 10.7.7.7/32 dev lo; inside r sysctl -qw net.ipv4.conf.r1.rp_filter=2
      ip -n r route add 10.7.7.7/32 via 10.1.1.2`,
    fault: 'ip -n r route del 10.7.7.7/32',
    mends: ['arrives'],
  },
  {
    ...{ ...xy, mark: 5, code: 'RP_FILTER_LOOSE', back: true, at: 'h/x', says: 'x1' },
    before: `inside x sysctl -qw net.ipv4.conf.all.rp_filter=2
      ip -n x rule add pref 100 fwmark 5 lookup 100; ip -n x route add default via 10.1.1.1 table 100`,
    fault: 'ip -n x route del default',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'FORWARDING_DISABLED', at: 'h/r', says: 'net.ipv4.ip_forward=0' },
    fault: 'inside r sysctl -qw net.ipv4.ip_forward=0',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...xy, code: 'FILTER_RULE_DROP', back: true, at: 'h/r', says: '--icmp-type 0' },
    before: 'inside r iptables -A FORWARD -i r1 -p icmp -m icmp --icmp-type 0 -j DROP',
    fault: 'inside r iptables -A FORWARD -i r2 -p icmp -m icmp --icmp-type 0 -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'NO_ROUTE', at: 'h/x' },
    ...{ fault: 'ip -n x route del default', mends: ['arrives', 'arrives'] },
  },
  {
    ...{ ...tcp, ...six, code: 'NO_ROUTE', back: true, at: 'h/y' },
    ...{ fault: 'ip -n y -6 route del default', mends: ['arrives', 'arrives'] },
  },
  {
    ...{ ...xy, code: 'GATEWAY_NOT_OWNED', at: 'h/x', says: '10.1.1.77' },
    fault: 'ip -n x route replace default via 10.1.1.77',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'TTL_EXPIRED', at: 'h/r', says: 'circle' },
    before: 'inside x sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.accept_local=1',
    ...{ fault: 'ip -n r route add 10.1.2.2/32 via 10.1.3.2', mends: [] },
  },
  {
    ...{ ...xy, size: 1400, code: 'MTU_EXCEEDED', at: 'h/r', says: 'r2' },
    fault: 'ip -n r route add 10.1.2.2/32 dev r2 mtu lock 1300',
    mends: ['arrives'],
  },
  {
    ...{ ...xy, ...six, size: 1400, code: 'MTU_EXCEEDED', at: 'h/x', says: 'x1' },
    fault: 'ip -n x link set x1 mtu 1300',
    mends: ['arrives'],
  },
  {
    // echo replies may be cut, so a small link on the way back stops none
    ...{ ...xy, size: 1400, code: 'ECHO_IGNORED', at: 'h/y' },
    before: 'ip -n r route add 10.1.1.2/32 dev r1 mtu lock 1300',
    fault: 'inside y sysctl -qw net.ipv4.icmp_echo_ignore_all=1',
    mends: ['arrives'],
  },
  {
    ...{ ...xy, ...six, size: 1400, code: 'ECHO_IGNORED', at: 'h/y' },
    before: 'ip -n y -6 route add fd01:1::2/128 via fd01:2::1 mtu 1300',
    fault: 'inside y sysctl -qw net.ipv6.icmp.echo_ignore_all=1',
    mends: ['arrives'],
  },
  {
    ...{ ...xy, ...six, size: 1400, code: 'MTU_EXCEEDED', back: true, at: 'h/r', says: 'r1' },
    fault: 'ip -n r -6 route add fd01:1::2/128 dev r1 mtu 1300',
    mends: ['arrives'],
  },
]
