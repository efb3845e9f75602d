import type { Packet } from '../state/packet.js'
import type { NodeState, SocketState } from '../state/state.js'
import type { Loss } from './loss.js'
import type { Recorder } from './recorder.js'
import { ignoresEcho } from './settings.js'

function takes(socket: SocketState, packet: Packet, link: string): boolean {
  const { family, protocol, address, port, v6only } = socket
  if (protocol !== packet.protocol || port !== packet.destinationPort) return false
  if (socket.link !== undefined && socket.link !== link) return false
  const wild = address === '0.0.0.0' || address === '::'
  if (family === packet.family) return wild || address === packet.destination
  return (
    family === 6 &&
    packet.family === 4 &&
    !v6only &&
    (address === '::' || address === `::ffff:${packet.destination}`)
  )
}

/** What waits for the packet in its namespace: the kernel itself for a ping, else an open socket. */
export function deliver(recorder: Recorder, node: NodeState, link: string, packet: Packet): void {
  const position = { in: link }
  const loss = recorder.direction === 'forward' ? refusalOf(node, link, packet) : undefined
  if (loss !== undefined) {
    recorder.lose(loss, packet, position)
    return
  }
  const unknown = packet.protocol !== 'icmp' && node.sockets === undefined
  if (unknown && recorder.direction === 'forward')
    recorder.caveats.add(
      `that something listens on port ${packet.destinationPort} of ${node.node} is taken for granted`,
    )
  recorder.step({ stage: 'SOCKET', action: 'DELIVERED', text: `delivered at ${node.node}` })
}

function refusalOf(node: NodeState, link: string, packet: Packet): Loss | undefined {
  const about = { node: node.node, stage: 'SOCKET', link } as const
  if (packet.protocol === 'icmp') {
    if (!ignoresEcho(node, packet.family)) return undefined
    const name =
      packet.family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all'
    const message = `${node.node} answers no pings: ${name} is 1`
    const object = { kind: 'sysctl', ref: `${name}=1` } as const
    return { ...about, code: 'ECHO_IGNORED', message, object, setting: { name, value: '1' } }
  }
  if (node.sockets === undefined || node.sockets.some((s) => takes(s, packet, link)))
    return undefined
  const what = `${packet.protocol} port ${packet.destinationPort}`
  const message = `nothing listens on ${what} of ${node.node} (${packet.destination})`
  const object = { kind: 'socket', ref: `${packet.protocol}/${packet.destinationPort}` } as const
  return { ...about, code: 'NO_LISTENER', message, object }
}
