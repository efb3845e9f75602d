import { parseNetwork } from '../../ip/cidr.js'
import type { SocketState } from '../../state/state.js'

const isProtocol = (word: string): word is SocketState['protocol'] =>
  word === 'tcp' || word === 'udp'

/** `0.0.0.0%br0:80`, `[fe80::1]%eth0:80`, `*:80`: an address, a link, a port. */
const LOCAL = /^(\*|\[[0-9a-f:.]+\]|[0-9.]+)(?:%(.+))?:(\d+)$/i

/** The sockets of `ss -H -l -n -t -u -e`; a line that is none of them is left out. */
export function socketsOfSs(text: string): readonly SocketState[] {
  return text.split('\n').flatMap((line) => {
    const [protocol = '', , , , local = ''] = line.trim().split(/\s+/)
    const [, written, link, port] = LOCAL.exec(local) ?? []
    if (!isProtocol(protocol) || written === undefined) return []
    const address = written === '*' ? '::' : written.replace(/[[\]]/g, '')
    return [
      {
        family: address.includes(':') ? (6 as const) : (4 as const),
        protocol,
        address,
        port: Number(port),
        // a star is what takes both families
        v6only: address.includes(':') && written !== '*' && !line.includes('v6only:0'),
        ...(link !== undefined && { link }),
      },
    ]
  })
}

/** States of include/net/tcp_states.h: one that listens, and an open socket of UDP. */
const STATES = { tcp: '0A', udp: '07' }

/** An address of /proc/net/tcp: words of 32 bits, each as a processor of the usual byte order has it. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const groups = bytes.flatMap((byte, i) => (i % 2 === 0 ? [`${byte}${bytes[i + 1]}`] : []))
  return parseNetwork(groups.join(':')).address
}

/** The sockets of /proc/net/tcp, tcp6, udp or udp6, which says neither of a link nor of IPv6 only. */
export function socketsOfProc(name: string, text: string): readonly SocketState[] {
  const protocol = name.startsWith('tcp') ? 'tcp' : 'udp'
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== STATES[protocol] || !/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(address)) return []
    return [
      {
        family: address.length === 8 ? (4 as const) : (6 as const),
        protocol,
        address: addressOf(address),
        port: Number.parseInt(port, 16),
        v6only: false,
      },
    ]
  })
}
