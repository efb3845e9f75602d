import type { Family, Fault, Flow } from '../types.js'
import { addRoute, linkIn, nodeIn, removeAddress, setDown } from './state.js'

const bits = (family: Family) => (family === 4 ? 32 : 128)
const path = (name: string) => `/proc/sys/${name.replaceAll('.', '/')}`

/** A setting; forwarding as a whole is that of every link. */
export function setting(node: string, name: string, value: string, kind: string): Fault {
  return {
    name: `${name}=${value} at ${node}`,
    kind,
    node,
    commands: [{ node, text: `echo ${value} >${path(name)}` }],
    change: (state) => {
      const { settings } = nodeIn(state, node)
      settings[name] = value
      if (name !== 'net.ipv4.ip_forward') return
      for (const key of Object.keys(settings)) {
        if (/^net\.ipv4\.conf\..*\.forwarding$/.test(key)) settings[key] = value
      }
    },
  }
}

export type Dead = 'blackhole' | 'prohibit' | 'unreachable'

/** A route that ends the way to one address, before any other. */
export function deadRoute(node: string, type: Dead, address: string, kind: string): Fault {
  const family: Family = address.includes(':') ? 6 : 4
  const metric = family === 4 ? 0 : 1
  const to = `${address}/${bits(family)}`
  const words = `ip -${family} route ${family === 4 ? 'replace' : 'add'} ${type} ${to}`
  return {
    name: `${type} route to ${address} at ${node}`,
    kind: `${type} route ${kind}`,
    node,
    commands: [{ node, text: family === 4 ? words : `${words} metric ${metric}` }],
    change: (state) => addRoute(state, node, { family, to, type, metric }),
  }
}

/** A route that matches nothing that is sent. */
export function idleRoute(node: string, family: Family): Fault {
  const to = family === 4 ? '10.77.0.0/16' : 'fd77::/32'
  return {
    name: `blackhole route to ${to} at ${node}`,
    kind: 'idle route',
    node,
    commands: [{ node, text: `ip -${family} route add blackhole ${to}` }],
    change: (state) =>
      addRoute(state, node, { family, to, type: 'blackhole', metric: family === 4 ? 0 : 1024 }),
  }
}

/** A rule of policy routing that ends the way. */
export function deadRule(
  node: string,
  action: Dead,
  asks: { readonly from?: string; readonly to?: string; readonly iif?: string },
  kind: string,
): Fault {
  const family: Family = (asks.from ?? asks.to ?? '').includes(':') ? 6 : 4
  const words = Object.entries(asks).map(([name, value]) => `${name} ${value}`)
  const network = (address: string | undefined) =>
    address === undefined || address.includes('/') ? address : `${address}/${bits(family)}`
  const from = network(asks.from)
  const to = network(asks.to)
  return {
    name: `rule ${words.join(' ')} ${action} at ${node}`,
    kind,
    node,
    commands: [{ node, text: `ip -${family} rule add ${words.join(' ')} ${action} priority 100` }],
    change: (state) => {
      nodeIn(state, node).rules.push({
        family,
        priority: 100,
        action,
        ...(from && { from }),
        ...(to && { to }),
        ...(asks.iif && { iif: asks.iif }),
      })
    },
  }
}

export function noDefault(node: string, family: Family): Fault {
  return {
    name: `no default route at ${node}`,
    kind: 'no default route',
    node,
    commands: [{ node, text: `ip -${family} route del default` }],
    change: (state) => {
      const own = nodeIn(state, node)
      own.routes = own.routes.filter((r) => !(r.family === family && r.to.endsWith('/0')))
    },
  }
}

export function noRoute(node: string, to: string, device: string): Fault {
  const family: Family = to.includes(':') ? 6 : 4
  return {
    name: `no route to ${to} at ${node}`,
    kind: 'no host route',
    node,
    commands: [{ node, text: `ip -${family} route del ${to} dev ${device}` }],
    change: (state) => {
      const own = nodeIn(state, node)
      own.routes = own.routes.filter(
        (r) => !(r.to === to && r.device === device && r.table === 254),
      )
    },
  }
}

export function linkDown(node: string, link: string, kind: string): Fault {
  return {
    name: `${link} of ${node} down`,
    kind,
    node,
    commands: [{ node, text: `ip link set dev ${link} down` }],
    change: (state) => setDown(state, node, link),
  }
}

export function wrongNeighbour(node: string, link: string, address: string): Fault {
  const mac = '02:00:00:00:00:99'
  const family: Family = address.includes(':') ? 6 : 4
  return {
    name: `${address} is ${mac} at ${node}`,
    kind: 'wrong neighbour',
    node,
    commands: [
      { node, text: `ip neigh replace ${address} lladdr ${mac} nud permanent dev ${link}` },
    ],
    change: (state) => {
      nodeIn(state, node).neighbours.push({ link, family, address, mac, state: 'PERMANENT' })
    },
  }
}

export function addressGone(node: string, link: string, address: string, prefix: number): Fault {
  return {
    name: `${address} of ${node} gone`,
    kind: 'gateway address gone',
    node,
    commands: [{ node, text: `ip addr del ${address}/${prefix} dev ${link}` }],
    change: (state) => removeAddress(state, node, link, address),
  }
}

/** A way back that leads to where nobody is, or only seems to be there for it. */
export function detour(node: string, link: string, to: string, kind: string): Fault {
  const family: Family = to.includes(':') ? 6 : 4
  const whole = to.includes('/') ? to : `${to}/${bits(family)}`
  return {
    name: `route to ${to} by ${link} at ${node}`,
    kind,
    node,
    commands: [
      {
        node,
        text: `[[ -e /proc/sys/net/ipv4/conf/${link} ]] || ip link add dev ${link} type bridge; ip link set dev ${link} up; ip -${family} route replace ${whole} dev ${link}${family === 6 ? ' metric 1' : ''}`,
      },
    ],
    change: (state) => {
      const own = nodeIn(state, node)
      if (linkIn(state, node, link) === undefined) {
        const index = own.links.length + 1
        own.links.push({
          ...{ name: link, index, kind: 'bridge', up: true, carrier: false, mtu: 1500, group: 0 },
        })
        own.settings[`net.ipv4.conf.${link}.forwarding`] =
          own.settings['net.ipv4.conf.default.forwarding'] ?? '0'
      }
      const metric = family === 4 ? 0 : 1
      addRoute(state, node, { family, to: whole, type: 'unicast', device: link, metric })
    },
  }
}

/** A link takes less than the packet has. */
export function smallMtu(node: string, link: string): Fault {
  return {
    name: `mtu 1300 of ${link} at ${node}`,
    kind: 'mtu',
    node,
    commands: [{ node, text: `ip link set dev ${link} mtu 1300` }],
    change: (state) => {
      const found = linkIn(state, node, link)
      if (found !== undefined) found.mtu = 1300
    },
    flow: (flow) => (flow.protocol === 'icmp' ? { ...flow, size: 1400 } : flow),
  }
}

const ofFlow = (name: string, kind: string, flow: (flow: Flow) => Flow): Fault => ({
  name,
  kind,
  node: '',
  commands: [],
  change: () => {},
  flow,
})

/** A packet to one's own address. */
export const toItself = ofFlow('to itself', 'to itself', (flow) => ({
  ...flow,
  to: flow.from,
  destination: flow.source,
}))

export const smallTtl = ofFlow('ttl 1', 'ttl', (flow) =>
  flow.protocol === 'icmp' ? { ...flow, ttl: 1 } : flow,
)

/** Another program asks, and perhaps nobody listens. */
export const speaks = (protocol: 'tcp' | 'udp', listens: boolean): Fault => ({
  ...ofFlow(
    `${protocol}, ${listens ? 'somebody' : 'nobody'} listens`,
    listens ? protocol : `no listener (${protocol})`,
    ({ size: _, ttl: __, ...flow }) => ({ ...flow, protocol, port: 7777, listens }),
  ),
})

export function isolated(node: string, ports: readonly string[]): Fault {
  return {
    name: `${ports.join(' and ')} of ${node} isolated`,
    kind: ports.length > 1 ? 'isolated ports' : 'one isolated port',
    node,
    commands: ports.map((port) => ({
      node,
      text: `ip link set dev ${port} type bridge_slave isolated on`,
    })),
    change: (state) => {
      for (const name of ports) {
        const port = linkIn(state, node, name)?.port
        if (port !== undefined) port.isolated = true
      }
    },
  }
}

export function noPort(node: string, link: string): Fault {
  return {
    name: `${link} of ${node} is no port`,
    kind: 'no port of the bridge',
    node,
    commands: [{ node, text: `ip link set dev ${link} nomaster` }],
    change: (state) => {
      const found = linkIn(state, node, link)
      delete found?.master
      delete found?.port
    },
  }
}

/** Another node has the address of one that speaks. */
export function twice(node: string, link: string, address: string, kind: string): Fault {
  const family: Family = address.includes(':') ? 6 : 4
  const prefix = bits(family)
  return {
    name: `${address} at ${node} too`,
    kind,
    node,
    commands: [{ node, text: `ip addr add ${address}/${prefix} dev ${link}` }],
    change: (state) => {
      const own = nodeIn(state, node)
      own.addresses.push({ link, family, address, prefix, scope: 'global' })
      addRoute(state, node, {
        ...{ family, to: `${address}/${prefix}`, type: 'local', device: link, table: 255 },
        ...{ source: address, protocol: 'kernel' },
      })
    },
  }
}
