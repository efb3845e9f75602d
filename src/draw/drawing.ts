import { label } from './label.js'

interface End {
  readonly place: string
  readonly device: string
}

interface DrawnHost {
  readonly name: string
  /** Its uplink, with its addresses; empty where it declares none. */
  readonly uplink: string
  readonly namespaces: string[]
  readonly bridges: string[]
}

/** What there is to draw of a plan: each kind of resource adds its part. */
export class Drawing {
  readonly #hosts = new Map<string, DrawnHost>()
  readonly #links: (readonly [End, End])[] = []
  readonly #addresses = new Map<string, string[]>()
  readonly #bridgeOf = new Map<string, string>()

  host(name: string, device: string | undefined, addresses: readonly string[]): void {
    const uplink = [device, ...addresses].filter((part) => part !== undefined).join('\n')
    this.#hosts.set(name, { name, uplink, namespaces: [], bridges: [] })
  }

  namespace(host: string, name: string): void {
    this.#hosts.get(host)?.namespaces.push(name)
  }

  /** A switch on a host. */
  bridge(host: string, name: string): void {
    this.#hosts.get(host)?.bridges.push(name)
  }

  /** An end on a host that leads into a switch there. */
  port({ place, device }: End, bridge: string): void {
    this.#bridgeOf.set(`${place} ${device}`, bridge)
  }

  /** A cable between two places. */
  link(one: End, other: End): void {
    this.#links.push([one, other])
  }

  address({ place, device }: End, cidr: string): void {
    const key = `${place} ${device}`
    this.#addresses.set(key, [...(this.#addresses.get(key) ?? []), cidr])
  }

  /** A flow chart of Mermaid: a frame for each host, a box for each namespace and switch, a line for each link. */
  toMermaid(): string {
    const ids = new Map<string, string>()
    const lines = ['flowchart LR']
    for (const [i, host] of [...this.#hosts.values()].entries()) {
      ids.set(host.name, `h${i}`)
      lines.push(`  subgraph s${i}[${label(host.name)}]`)
      lines.push(`    h${i}[${label(['root namespace', host.uplink].filter(Boolean).join('\n'))}]`)
      for (const [j, name] of host.namespaces.entries()) {
        ids.set(`${host.name}/${name}`, `h${i}n${j}`)
        lines.push(`    h${i}n${j}([${label(name)}])`)
      }
      for (const [j, name] of host.bridges.entries()) {
        ids.set(`${host.name} ${name}`, `h${i}b${j}`)
        const own = { place: host.name, device: name }
        lines.push(`    h${i}b${j}[/${label(this.#end(own))}/]`)
        // a switch on which the host has an address is an interface of its as well
        if (this.#addresses.has(`${own.place} ${own.device}`))
          lines.push(`    h${i} --- h${i}b${j}`)
      }
      lines.push('  end')
    }
    for (const [one, other] of this.#links) {
      const text = `${this.#end(one)}\n${this.#end(other)}`
      lines.push(
        `  ${ids.get(this.#boxOf(one))} ---|${label(text)}| ${ids.get(this.#boxOf(other))}`,
      )
    }
    return [...lines, ...this.#segment(ids)].join('\n')
  }

  /** Where a line to an end is drawn to: a switch, or a place. */
  #boxOf({ place, device }: End): string {
    const bridge = this.#bridgeOf.get(`${place} ${device}`)
    return bridge === undefined ? place : `${place} ${bridge}`
  }

  /** An end of a link with its addresses. */
  #end(end: End): string {
    return [end.device, ...(this.#addresses.get(`${end.place} ${end.device}`) ?? [])].join(' ')
  }

  /** What the uplinks of several hosts are connected to. */
  #segment(ids: ReadonlyMap<string, string>): string[] {
    const wired = [...this.#hosts.values()].filter(({ uplink }) => uplink !== '')
    if (wired.length < 2) return []
    return [
      `  segment{{${label('segment')}}}`,
      ...wired.map(({ name }) => `  ${ids.get(name)} --- segment`),
    ]
  }
}
