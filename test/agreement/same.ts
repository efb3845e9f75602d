import { network } from '../../src/ip/network.js'
import { SEGMENT } from '../../src/plan/place.js'
import type { Chain } from '../../src/state/firewall.js'
import type { NetState, NodeState, RouteState } from '../../src/state/state.js'

/** Of an address that a link gives itself, a plan does not know the end. */
const isOwn = (address: string) => address.startsWith('fe80:') && address !== 'fe80::1'

const canonical = (to: string) => {
  const { prefix, value } = network(to)
  const bits = BigInt(to.includes(':') ? 128 : 32)
  const low = bits - BigInt(prefix)
  return `${to.includes(':') ? 6 : 4} ${(value >> low) << low}/${prefix}`
}

/** What nobody is sent to. */
const KERNEL = ['broadcast', 'multicast', 'anycast']

const isTold = ({ to, type }: RouteState) =>
  !KERNEL.includes(type) && !(to.startsWith('fe80:') && to !== 'fe80::1/128')

/** A chain that accepts everything is as good as none. */
const decides = ({ base, rules }: Chain) => rules.length > 0 || base?.policy === 'drop'

const sorted = (texts: readonly string[]) => [...new Set(texts)].sort()

/** A node as both a plan and a kernel tell it, in lines. */
function linesOf(node: NodeState, names: readonly string[]): readonly string[] {
  const { links, addresses, routes, rules, settings, tables } = node
  return [
    ...sorted(
      links.map(({ name, kind, up, carrier, mtu, mac, peer, master, port }) =>
        [
          'link',
          name,
          kind,
          up,
          carrier,
          mtu,
          kind === 'bridge' ? '' : mac,
          peer?.node,
          peer?.link,
          master,
          port?.isolated,
        ].join(' '),
      ),
    ),
    ...sorted(
      addresses
        .filter(({ address }) => !isOwn(address))
        .map(({ link, address, prefix, scope }) => `address ${link} ${address}/${prefix} ${scope}`),
    ),
    ...sorted(
      routes
        .filter(isTold)
        .map(({ table, type, to, gateway, device, metric, onlink }) =>
          ['route', table, type, canonical(to), gateway, device, metric, onlink === true].join(' '),
        ),
    ),
    ...sorted(
      rules.map(
        ({ family, priority, action, table }) => `rule ${family} ${priority} ${action} ${table}`,
      ),
    ),
    ...sorted(names.map((name) => `setting ${name} ${settings[name] ?? 0}`)),
    ...tables.flatMap(({ backend, family, name, chains }) =>
      chains
        .filter(decides)
        .flatMap((chain) => [
          `chain ${backend} ${family} ${name} ${chain.name} ${chain.base?.policy}`,
          ...chain.rules.map(({ number, comment, parts }) =>
            ['rule', number, comment, JSON.stringify(parts)].join(' '),
          ),
        ]),
    ),
  ]
}

/** Both states of a lab, in the words that they share. */
export function shared(
  told: NetState,
  collected: NetState,
): readonly [readonly string[], readonly string[]] {
  const lines = told.nodes.flatMap(({ node, settings }) => {
    const other = collected.nodes.find((each) => each.node === node)
    const own = told.nodes.find((each) => each.node === node)
    // the segment between hosts leads nowhere here
    if (own === undefined || node === SEGMENT) return []
    const names = Object.keys(settings)
    const of = (each: NodeState | undefined) =>
      each === undefined ? [] : linesOf(each, names).map((line) => `${node} ${line}`)
    return [{ told: of(own), collected: of(other) }]
  })
  return [lines.flatMap((each) => each.told), lines.flatMap((each) => each.collected)]
}
