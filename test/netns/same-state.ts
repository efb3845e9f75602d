/** The interface of a line of `ip -o`. */
const linkOf = (line: string) => /^([^\s:@]+)/.exec(line)?.[1] ?? ''

/** The kernel makes an address of each link by itself, at a time of its own. */
const ofLink = (line: string) => (line.includes(' inet6 fe80:') ? line : '')

/** Lines of links and addresses by their interfaces; addresses of one keep their order, but for those of the link alone. */
const byLink = (lines: readonly string[]) =>
  lines
    .map((line, i) => ({ line, i, key: `${linkOf(line)} ${ofLink(line)}` }))
    .sort((a, b) => (a.key === b.key ? a.i - b.i : a.key < b.key ? -1 : 1))
    .map(({ line }) => line)

/** A rule that lets pass, or leads a port somewhere: its place among its like means nothing. */
const lets = (line: string) =>
  // nft has no words for some targets of iptables
  /^\t\t.*(\baccept|\bmasquerade|\bdnat to \S+|\bcounter )( comment .*)?$/.test(line) ||
  / -j (ACCEPT|MASQUERADE|DNAT .*)$/.test(line)

/** Rules of which none forbids, one behind the other, in an order of their own. */
function byText(lines: readonly string[]): string[] {
  const out: string[] = []
  let some: string[] = []
  for (const line of lines) {
    if (lets(line)) some.push(line)
    else {
      out.push(...some.sort(), line)
      some = []
    }
  }
  return [...out, ...some.sort()]
}

/** Tables and chains of nft in an order of their own. */
function ofNft(text: string, rules: (lines: readonly string[]) => readonly string[]): string {
  const tables = text.split(/^(?=table )/m).map((table) => {
    const [head = '', ...chains] = table.split(/^(?=\tchain )/m)
    const ordered = chains.map((chain) =>
      rules(chain.split('\n'))
        .join('\n')
        .replace(/\n\}\n*$/, '\n'),
    )
    return `${head}${ordered.sort().join('\n')}`.replace(/\n+/g, '\n')
  })
  return tables.sort().join('')
}

/**
 * A digest without what the order of making leaves: numbers of interfaces, by which they are listed, and of ports, and the places of
 * routes, of tables, and of rules that only let pass; and without the limit of segments that the kernel leaves to a bridge
 * of ports that it has no more.
 */
export function sameState(digest: string): string {
  return digest
    .replace(/ (port_id|port_no|designated_port) \S+| state (?:listening|learning)/g, ' $1')
    .replace(/^([^:]*: .* bridge .*) tso_max_size \d+/gm, '$1')
    .split(/^(?=#)/m)
    .map((part) => {
      if (part.startsWith('#filters')) {
        // of a namespace each has its place
        const rules = part.startsWith('#filters of ') ? (lines: readonly string[]) => lines : byText
        const [head = '', ...rest] = part.split('\n')
        const text = rest.join('\n')
        const legacy = text.search(/^\*/m)
        const nft = legacy < 0 ? text : text.slice(0, legacy)
        const other = legacy < 0 ? '' : rules(text.slice(legacy).split('\n')).join('\n')
        return `${head}\n${ofNft(nft, rules)}\n${other}`
      }
      const [head = '', ...lines] = part.trimEnd().split('\n')
      if (part.startsWith('#links')) return `${[head, ...byLink(lines)].join('\n')}\n`
      if (part.startsWith('#routes')) {
        const rules = lines.filter((line) => line.includes('from '))
        const routes = lines.filter((line) => !line.includes('from '))
        return `${[head, ...routes.sort(), ...rules].join('\n')}\n`
      }
      return part
    })
    .join('')
}
