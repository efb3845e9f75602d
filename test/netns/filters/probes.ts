import type { Packet } from '../../../src/state/packet.js'

/** A packet that is sent, and the port from which, where it has ports. */
export interface Probe {
  readonly from: 'a' | 'r'
  readonly packet: Packet
}

let nextPort = 20_000

const LENGTHS = { icmp: 84, tcp: 60, udp: 30 }

function probe(
  from: 'a' | 'r',
  protocol: Packet['protocol'],
  destination: string,
  destinationPort?: number,
): Probe {
  const family = destination.includes(':') ? 6 : 4
  const subnet = from === 'a' ? '1' : '2'
  const end = from === 'a' ? '2' : '1'
  return {
    from,
    packet: {
      family,
      protocol,
      source: family === 4 ? `10.0.${subnet}.${end}` : `fd00:${subnet}::${end}`,
      destination,
      ...(destinationPort !== undefined && { sourcePort: nextPort++, destinationPort }),
      ...(protocol === 'icmp' && { icmpType: family === 4 ? 8 : 128 }),
      ...(protocol === 'tcp' && { flags: 'syn' as const }),
      mark: 0,
      ttl: 64,
      length: LENGTHS[protocol] + (family === 6 ? 20 : 0),
      dontFragment: protocol !== 'icmp',
    },
  }
}

/** One of each kind, from ports that were never used. */
export const probes = (): readonly Probe[] => [
  ...['10.0.2.2', 'fd00:2::2'].flatMap((to) => [
    probe('a', 'icmp', to),
    probe('a', 'tcp', to, 80),
    probe('a', 'tcp', to, 81),
    probe('a', 'tcp', to, 443),
    probe('a', 'udp', to, 53),
    probe('a', 'udp', to, 54),
  ]),
  ...['10.0.1.1', 'fd00:1::1'].flatMap((to) => [
    probe('a', 'icmp', to),
    probe('a', 'tcp', to, 22),
    probe('a', 'tcp', to, 8080),
  ]),
  probe('r', 'icmp', '10.0.2.2'),
  probe('r', 'udp', '10.0.2.2', 53),
  probe('r', 'icmp', 'fd00:2::2'),
]

/** Sends what it is told by lines, and says when it had time to come back. */
const SENDER = `
const net = require('node:net'), udp = require('node:dgram')
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const open = []
  for (const { protocol, family, destination: host, sourcePort, destinationPort: port } of JSON.parse(line)) {
    if (protocol === 'tcp') {
      const socket = net.connect({ host, port, localPort: sourcePort }).on('error', () => {})
      open.push(() => socket.destroy())
    }
    if (protocol === 'udp') {
      const socket = udp.createSocket('udp' + family).on('error', () => {})
      socket.bind(sourcePort, () => socket.send('x\\n', port, host, () => {}))
      open.push(() => socket.close())
    }
  }
  setTimeout(() => {
    for (const close of open) close()
    process.stdout.write('sent\\n')
  }, 20)
})
`

/** Starts what sends, in a and r, until the machine ends. */
export const startSenders = (folder: string) => `
for ns in a r; do
  mkfifo ${folder}/to-$ns ${folder}/from-$ns
  ip netns exec $ns ${process.execPath} -e ${quoted(SENDER)} <>${folder}/to-$ns 1<>${folder}/from-$ns 2>/dev/null &
done
`

/** Bash text that sends them all at once, and is over when they had time to come back. */
export function sendAll(folder: string, all: readonly Probe[]): string {
  const of = (from: string) => all.filter((one) => one.from === from).map(({ packet }) => packet)
  const pings = (from: string) =>
    of(from)
      .filter(({ protocol }) => protocol === 'icmp')
      .map(({ destination }) => `ping -n -c1 -W0.02 ${destination} &`)
      .join(' ')
  const rest = (from: string) =>
    quoted(JSON.stringify(of(from).filter(({ protocol }) => protocol !== 'icmp')))
  return `echo ${rest('a')} >${folder}/to-a
echo ${rest('r')} >${folder}/to-r
nsenter --net=/run/netns/a bash -c '${pings('a')} wait' >/dev/null 2>&1 &
of_a=$!
nsenter --net=/run/netns/r bash -c '${pings('r')} wait' >/dev/null 2>&1 &
read -r _ <${folder}/from-a
read -r _ <${folder}/from-r
wait $of_a $! || true
`
}

export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
