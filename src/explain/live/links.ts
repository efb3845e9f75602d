import type { AddressState, BridgeState, LinkState, PortState } from '../../state/state.js'
import {
  defined,
  type Fields,
  fieldsOf,
  isFields,
  isSet,
  numberAt,
  textAt,
  wordsAt,
} from './json.js'

/** A link, and where the kernel says that its other end is. */
export interface ReadLink {
  readonly link: LinkState
  /** Of a pair with another namespace: the index of the other end, and by which number that namespace is known here. */
  readonly end?: { readonly index: number; readonly nsid: number } | undefined
}

const NONE: Fields = {}
const within = (fields: Fields, key: string): Fields => {
  const value = fields[key]
  return isFields(value) ? value : NONE
}

/** RT_SCOPE_... of linux/rtnetlink.h. */
const SCOPES: Readonly<Record<string, string>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
}
export const scopeName = (scope: string): string => SCOPES[scope] ?? scope

/** BR_STATE_... of linux/if_bridge.h, for an ip that writes the number. */
const PORT_STATES: Readonly<Record<string, string>> = {
  0: 'disabled',
  1: 'listening',
  2: 'learning',
  3: 'forwarding',
  4: 'blocking',
}

function portOf(info: Fields): PortState | undefined {
  if (info['info_slave_kind'] !== 'bridge') return undefined
  const data = within(info, 'info_slave_data')
  const state = textAt(data, 'state') ?? ''
  return {
    isolated: isSet(data, 'isolated'),
    state: PORT_STATES[state] ?? state,
    hairpin: isSet(data, 'hairpin'),
  }
}

function bridgeOf(info: Fields): BridgeState | undefined {
  if (info['info_kind'] !== 'bridge') return undefined
  const data = within(info, 'info_data')
  return {
    callIptables: isSet(data, 'nf_call_iptables'),
    callIp6tables: isSet(data, 'nf_call_ip6tables'),
    vlanFiltering: isSet(data, 'vlan_filtering'),
  }
}

/** Others have an address of another kind, such as that of a tunnel's end; ip -N writes a number (ARPHRD_ETHER). */
const ETHERNET = ['ether', '[1]']

const PAIRS = ['veth', 'netkit']

/** A link as `ip -j -d -N addr show` tells it; nothing where it has no name or no number. */
export function linkOf(
  node: string,
  fields: Fields,
  gap: (text: string) => void,
): ReadLink | undefined {
  const name = textAt(fields, 'ifname')
  const index = numberAt(fields, 'ifindex')
  if (name === undefined || index === undefined) return undefined
  const flags = wordsAt(fields, 'flags')
  const info = within(fields, 'linkinfo')
  const loopback = flags.includes('LOOPBACK')
  const kind = textAt(info, 'info_kind') ?? (loopback ? 'loopback' : '')
  const port = portOf(info)
  const master = textAt(fields, 'master')
  if (master !== undefined && port === undefined) {
    gap(
      `${name} is part of ${master}, which is no bridge: what that does to a packet is not modelled`,
    )
  }
  const pairs = PAIRS.includes(kind)
  // of another end in the same namespace ip tells the name
  const near = textAt(fields, 'link')
  const peer = numberAt(fields, 'link_index')
  const nsid = numberAt(fields, 'link_netnsid')
  const link = defined<LinkState>({
    name,
    index,
    kind,
    up: flags.includes('UP'),
    carrier: flags.includes('LOWER_UP'),
    mac: ETHERNET.includes(textAt(fields, 'link_type') ?? '')
      ? textAt(fields, 'address')
      : undefined,
    mtu: numberAt(fields, 'mtu') ?? 0,
    group: numberAt(fields, 'group') ?? 0,
    master: port && master,
    port,
    bridge: bridgeOf(info),
    programs: 'xdp' in fields ? ['xdp'] : undefined,
  })
  if (!pairs) return { link }
  if (near !== undefined) return { link: { ...link, peer: { node, link: near } } }
  return peer === undefined || nsid === undefined ? { link } : { link, end: { index: peer, nsid } }
}

/** The addresses of a link. */
export function addressesOf(fields: Fields): readonly AddressState[] {
  const link = textAt(fields, 'ifname') ?? ''
  return fieldsOf(fields['addr_info']).flatMap((info) => {
    const address = textAt(info, 'local')
    const prefix = numberAt(info, 'prefixlen')
    if (address === undefined || prefix === undefined) return []
    const flag = (key: string) => isSet(info, key) || undefined
    return [
      defined<AddressState>({
        link,
        family: info['family'] === 'inet6' ? 6 : 4,
        address,
        prefix,
        scope: scopeName(textAt(info, 'scope') ?? '0'),
        tentative: flag('tentative'),
        dadFailed: flag('dadfailed'),
        deprecated: flag('deprecated'),
        peer: textAt(info, 'address'),
        secondary: flag('secondary'),
      }),
    ]
  })
}
