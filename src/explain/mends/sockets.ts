import { nodeOf } from '../../state/state.js'
import { updateNode } from './change.js'
import type { Maker } from './types.js'
import { spoken } from './words.js'

const isInside = (address: string) => address === '127.0.0.1' || address === '::1'

/** Only in words: which program is to listen is not known. */
const listen: Maker = ({ state, loss }) => {
  const { node, packet } = loss
  const { protocol, destinationPort: port = 0, family, destination } = packet
  if (protocol === 'icmp') return []
  const elsewhere = nodeOf(state, node)?.sockets?.filter(
    (s) => s.protocol === protocol && s.port === port,
  )
  const beside = (elsewhere ?? []).map(({ address }) =>
    isInside(address) ? `${address}, which only ${spoken(node)} itself reaches` : address,
  )
  const now = beside.length === 0 ? '' : ` (now something does on ${beside.join(' and ')})`
  return [
    {
      description: `start what is to listen on ${protocol} port ${port} of ${spoken(node)}, on ${destination} or all addresses${now}`,
      scope: 'this-flow',
      sideEffects: [],
      apply: (before) =>
        updateNode(before, node, (own) => ({
          ...own,
          sockets: [
            ...(own.sockets ?? []),
            { family, protocol, address: destination, port, v6only: false },
          ],
        })),
    },
  ]
}

export const socketMakers = { NO_LISTENER: listen } satisfies Record<string, Maker>
