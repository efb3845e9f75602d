import { contains } from '../ip/network.js'
import type { LinkState, NodeState } from '../state/state.js'
import { addressesOf, cidrOf, ownAddress } from './addresses.js'
import { discovery } from './discovery.js'
import { inputRoute, type Refusal } from './input.js'
import type { Loss } from './loss.js'
import { lookup } from './routing.js'
import type { Receiver } from './segment.js'
import { either, highest, proxiesNeighbours6 } from './settings.js'

/** The sender's address in an ARP request: arp_solicit() of net/ipv4/arp.c. */
export function arpSource(node: NodeState, link: LinkState, target: string, source: string) {
  const announce = highest(node, link.name, 'arp_announce')
  const own = ownAddress(node, source) !== undefined
  const ofLink = addressesOf(node, 4, link.name)
  const together = ofLink.some((a) => contains(cidrOf(a), target) && contains(cidrOf(a), source))
  if (own && (announce === 0 || (announce === 1 && together))) return source
  const primary = ofLink.filter((a) => a.secondary !== true && a.scope !== 'host')
  const nearest = primary.find((a) => contains(cidrOf(a), target)) ?? primary[0]
  const elsewhere = addressesOf(node, 4).find((a) => a.scope === 'global' && a.secondary !== true)
  return (nearest ?? elsewhere)?.address ?? '0.0.0.0'
}

/** Whether a node answers when it is asked for a neighbour. */
export type Answer =
  | { readonly yes: true; readonly how: string }
  /** `owns`: it has the address, and does not answer all the same. */
  | { readonly yes: false; readonly owns: boolean; readonly loss?: Loss | undefined }

const NO: Answer = { yes: false, owns: false }

const REASONS: { readonly [W in Exclude<Refusal['why'], 'route'>]: string } = {
  SOURCE_MARTIAN: 'cannot come over a link',
  SOURCE_IS_LOCAL: 'is an address of its own',
  FORWARDING_DISABLED: 'is not for it, and it does not forward',
  RP_FILTER_STRICT: 'has its way back by another link (rp_filter is 1, strict)',
  RP_FILTER_LOOSE: 'has no way back (rp_filter is 2, loose)',
}

/** arp_process() of net/ipv4/arp.c: a question is routed like a packet from its sender, before it is answered. */
export function answers4(
  receiver: Receiver,
  target: string,
  sender: string,
  isGateway: boolean,
): Answer {
  const { node, link } = receiver
  const question = { destination: target, source: sender, in: link.name, mark: 0 }
  const { lookup: found, refusals } = inputRoute(node, question)
  const owns = ownAddress(node, target) !== undefined
  if (!link.up) return { yes: false, owns }
  if (found.found !== 'route') return { yes: false, owns }
  if (found.route.type !== 'local') {
    if (refusals.length > 0 || found.route.device === link.name) return NO
    const entry = node.neighbours.some(
      (n) => n.proxy === true && n.address === target && n.link === link.name,
    )
    if (!entry && !either(node, link.name, 'proxy_arp')) return NO
    return {
      yes: true,
      how: `${node.node} answers for it (${entry ? 'proxy entry' : 'proxy_arp'})`,
    }
  }
  const about = { node: node.node, stage: 'NEIGHBOR', link: link.name, address: target } as const
  const refusal = refusals[0]
  if (refusal !== undefined && refusal.why !== 'route' && sender !== '0.0.0.0') {
    const message = `${node.node} does not answer the ARP request of ${sender} for ${target} on ${link.name}: the sender ${REASONS[refusal.why]}`
    const object = refusalObject(refusal, link.name)
    const route = 'back' in refusal ? refusal.back : undefined
    return {
      yes: false,
      owns: true,
      loss: { ...about, code: refusal.why, message, object, route, address: sender },
    }
  }
  const ignored = ignores(node, link, target, sender)
  if (ignored !== undefined) {
    const value = String(highest(node, link.name, 'arp_ignore'))
    const setting = { name: `net.ipv4.conf.${link.name}.arp_ignore`, value }
    const message = `${node.node} has ${target}, and does not answer for it on ${link.name}: ${ignored.words}`
    const code = ignored.offSubnet
      ? 'ARP_SOURCE_OFF_SUBNET'
      : isGateway
        ? 'GATEWAY_ARP_IGNORED'
        : 'NEIGHBOR_UNRESOLVED'
    const object = { kind: 'sysctl', ref: `${setting.name}=${value}` } as const
    return { yes: false, owns: true, loss: { ...about, code, message, object, setting } }
  }
  if (either(node, link.name, 'arp_filter')) {
    const back = lookup(node, { destination: sender, source: target, in: 'lo', mark: 0 })
    if (back.found !== 'route' || back.route.device !== link.name) {
      const setting = { name: `net.ipv4.conf.${link.name}.arp_filter`, value: '1' }
      const message = `${node.node} does not answer for ${target} on ${link.name}: arp_filter is on, and its way to ${sender} is another`
      const object = { kind: 'sysctl', ref: `${setting.name}=1` } as const
      return {
        yes: false,
        owns: true,
        loss: { ...about, code: 'NEIGHBOR_UNRESOLVED', message, object, setting },
      }
    }
  }
  return { yes: true, how: `${node.node} has ${target}` }
}

const refusalObject = (refusal: Refusal, link: string) =>
  refusal.why === 'RP_FILTER_STRICT' || refusal.why === 'RP_FILTER_LOOSE'
    ? ({ kind: 'sysctl', ref: `net.ipv4.conf.${link}.rp_filter` } as const)
    : ({ kind: 'address', ref: link } as const)

/** arp_ignore() of net/ipv4/arp.c. */
function ignores(node: NodeState, link: LinkState, target: string, sender: string) {
  const value = highest(node, link.name, 'arp_ignore')
  const here = addressesOf(node, 4, link.name).find((a) => a.address === target)
  if (value === 0) return undefined
  if (value === 8) return { words: 'arp_ignore is 8', offSubnet: false }
  if (value === 3)
    return here?.scope === 'host' ? { words: 'arp_ignore is 3', offSubnet: false } : undefined
  if (here === undefined)
    return { words: `arp_ignore is ${value}, and the address is on another link`, offSubnet: false }
  if (value === 2 && sender !== '0.0.0.0' && !contains(cidrOf(here), sender))
    return {
      words: `arp_ignore is 2, and the sender ${sender} is not of ${cidrOf(here)}`,
      offSubnet: true,
    }
  return undefined
}

/** ndisc_recv_ns() of net/ipv6/ndisc.c: only the link that has the address answers for it. */
export function answers6(
  from: NodeState,
  out: LinkState,
  receiver: Receiver,
  target: string,
  sender: string | undefined,
): Answer {
  const { node, link } = receiver
  const own = node.addresses.find((a) => a.address === target && a.link === link.name)
  const proxy = node.neighbours.some(
    (n) => n.proxy === true && n.address === target && n.link === link.name,
  )
  const here = own !== undefined
  if (!here && !(proxy && proxiesNeighbours6(node, link.name)))
    return { yes: false, owns: ownAddress(node, target) !== undefined }
  const about = { node: node.node, stage: 'NEIGHBOR', link: link.name, address: target } as const
  if (here && (own?.dadFailed === true || own?.tentative === true)) {
    const state =
      own.dadFailed === true
        ? 'another node has it too (dadfailed)'
        : 'it is still being checked for duplicates (tentative)'
    const message = `${node.node} does not answer for ${target}: ${state}`
    const object = { kind: 'address', ref: target } as const
    return {
      yes: false,
      owns: true,
      loss: { ...about, code: 'NEIGHBOR_UNRESOLVED', message, object },
    }
  }
  if (sender === undefined) {
    const message = `${from.node} cannot ask for ${target}: its link-local addresses on ${out.name} are still being checked for duplicates (tentative), or are taken (dadfailed)`
    const object = { kind: 'address', ref: out.name } as const
    const asker = { node: from.node, stage: 'NEIGHBOR', link: out.name, address: target } as const
    return {
      yes: false,
      owns: true,
      loss: { ...asker, code: 'NEIGHBOR_UNRESOLVED', message, object },
    }
  }
  const loss = discovery(from, out, node, link, target, sender, receiver.bridges)
  if (loss !== undefined) return { yes: false, owns: true, loss }
  return {
    yes: true,
    how: here ? `${node.node} has ${target}` : `${node.node} answers for it (proxy entry)`,
  }
}
