import { macOf } from '../../src/ip/hash.js'
import { network } from '../../src/ip/network.js'
import { labOf } from '../../src/plan/lab.js'
import type { PlanJson } from '../../src/plan/schema.js'
import { kindOf } from '../../src/resource/index.js'
import { StateDraft } from '../../src/state/draft.js'
import type { NetState } from '../../src/state/state.js'
import type { Command, Family, Place } from './types.js'

/** What is set beside a plan, in commands and in the words of a state at once. */
export class Wiring {
  readonly commands: Command[] = []
  readonly #draft = new StateDraft('accept')

  /** Begins with what the plan says: hosts, and namespaces without links. */
  constructor(plan: PlanJson) {
    for (const { name } of plan.hosts) this.#draft.add(name, true)
    for (const resource of plan.resources)
      kindOf(resource).state(resource, this.#draft, labOf(plan))
  }

  #do(node: string, text: string): void {
    this.commands.push({ node, text })
  }

  pair(a: string, aLink: string, b: string, bLink: string, of: (node: string) => string): void {
    const [aMac, bMac] = [macOf(aLink), macOf(bLink)]
    this.#do(
      a,
      `ip link add dev ${aLink} address ${aMac} type veth peer name ${bLink} address ${bMac} netns ${of(b)}`,
    )
    const veth = { kind: 'veth', up: true }
    this.#draft.link(a, { ...veth, name: aLink, mac: aMac, peer: { node: b, link: bLink } })
    this.#draft.link(b, { ...veth, name: bLink, mac: bMac, peer: { node: a, link: aLink } })
    this.#do(a, `ip link set dev ${aLink} up`)
    this.#do(b, `ip link set dev ${bLink} up`)
  }

  bridge(node: string, name: string, ports: readonly string[]): void {
    this.#do(node, `ip link add dev ${name} type bridge; ip link set dev ${name} up`)
    const bridge = { callIptables: false, callIp6tables: false, vlanFiltering: false }
    this.#draft.link(node, { name, kind: 'bridge', up: true, bridge })
    for (const link of ports) {
      this.#do(node, `ip link set dev ${link} master ${name}`)
      const port = { isolated: false, state: 'forwarding', hairpin: false }
      this.#draft.change(node, link, { master: name, port })
    }
  }

  address(node: string, link: string, cidr: string): void {
    this.#do(node, `ip addr add ${cidr} dev ${link}${cidr.includes(':') ? ' nodad' : ''}`)
    const { address, prefix } = network(cidr)
    this.#draft.address(node, link, address, prefix)
  }

  defaultRoute(node: string, link: string, gateway: string): void {
    const family: Family = gateway.includes(':') ? 6 : 4
    this.#do(node, `ip -${family} route add default via ${gateway} dev ${link}`)
    this.#draft.at(node).routes.push({
      family,
      table: 254,
      type: 'unicast',
      to: family === 4 ? '0.0.0.0/0' : '::/0',
      gateway,
      device: link,
      metric: family === 4 ? 0 : 1024,
    })
  }

  setting(node: string, name: string, value: string): void {
    this.#do(node, `echo ${value} >/proc/sys/${name.replaceAll('.', '/')}`)
    this.#draft.at(node).settings[name] = value
  }

  build(): NetState {
    return this.#draft.build()
  }
}

/** What a machine may have set otherwise for new namespaces. */
export const usual = (places: readonly Place[]): readonly Command[] =>
  places.map(({ node }) => ({
    node,
    // a link-local address is there at once: who passes on needs one to ask for neighbours
    text: 'for f in /proc/sys/net/ipv6/conf/*/accept_dad; do echo 0 >"$f"; done; for f in /proc/sys/net/ipv4/conf/*/{rp_filter,arp_ignore,arp_announce}; do echo 0 >"$f"; done',
  }))
