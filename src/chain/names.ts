import { NetloomError, shown } from '../errors.js'
import { addressOf } from '../ip/cidr.js'
import { parseServer } from '../ip/destination.js'
import { isHostName } from '../ip/names.js'
import { readOptions } from '../options.js'
import type { Ledger } from '../plan/ledger.js'
import type { Link } from '../plan/line.js'
import { isOfLink } from '../resource/address.js'
import { type FileResource, HOST_SERVERS, MAX_SERVERS } from '../resource/file.js'
import { callText } from './call.js'
import type { At } from './inside.js'
import { dnsOptions } from './options.js'

/** Stands for the name servers of the host. */
const HOST = 'host'

function refuse(message: string, value: unknown, hint: string): never {
  throw new NetloomError('BAD_ARGUMENT', message, { value, hint })
}

function serverLines(servers: unknown): readonly string[] {
  const hint = `Write it as .dns('10.0.0.53'), .dns(['10.0.0.53', 'fd00::53']), or .dns('host') for the servers of the host.`
  if (servers === HOST) return [HOST_SERVERS]
  const list: readonly unknown[] = [servers].flat()
  if (list.length === 0) refuse('dns() has no server', servers, hint)
  if (list.includes(HOST)) refuse(`dns(): 'host' stands alone`, servers, hint)
  const addresses = list.map((server) => parseServer(server).address)
  const twice = addresses.find((address, i) => addresses.indexOf(address) < i)
  if (twice !== undefined) refuse(`dns() has the server ${twice} twice`, twice, 'Give it once.')
  if (list.length > MAX_SERVERS) {
    refuse(
      `dns() has ${list.length} servers, and no more than ${MAX_SERVERS} are asked`,
      servers,
      'Leave the others away (MAXNS in resolv.h).',
    )
  }
  return addresses.map((address) => `nameserver ${address}`)
}

export function dns(at: At, servers: unknown, options: unknown): Link {
  const { search } = readOptions('dns()', dnsOptions, options)
  const bad = search?.find((domain) => !isHostName(domain))
  if (bad !== undefined) {
    throw new NetloomError('BAD_NAME', `dns(): the search domain ${shown(bad)} is no domain`, {
      value: bad,
      hint: `Write it as 'lab.test', without a dot at its end.`,
    })
  }
  const made: FileResource = {
    kind: 'file',
    host: at.host,
    namespace: at.namespace,
    name: 'resolv.conf',
    lines: Object.freeze([
      ...serverLines(servers),
      ...(search === undefined ? [] : [`search ${search.join(' ')}`]),
    ]),
    call: callText('dns', [servers, options]),
  }
  return { resources: [made] }
}

/** A name of the lab, on which host it is, and what addresses it stands for. */
interface Named {
  readonly name: string
  readonly host: string
  readonly addresses: readonly string[]
}

/** All that has a name and an address, in the order of the plan. */
function namedIn(ledger: Ledger): readonly Named[] {
  const namespaces = namespacesOf(ledger).map(({ host, name }) => {
    const placed = ledger.addressesAt(`${host}/${name}`).filter(({ cidr }) => !isOfLink(cidr.text))
    return { name, host, addresses: placed.map(({ cidr }) => cidr.address) }
  })
  const hosts = [...ledger.hosts.values()].map(({ name, addresses = [] }) => {
    return { name, host: name, addresses: addresses.map(addressOf) }
  })
  return [...namespaces, ...hosts].filter(({ addresses }) => addresses.length > 0)
}

const namespacesOf = (ledger: Ledger) =>
  [...ledger.resources.values()].flatMap((resources) =>
    resources.flatMap((r) => (r.kind === 'namespace' ? [{ host: r.host, name: r.name }] : [])),
  )

/** A name that programs would not take, or would take for another thing, is refused: left away, it would be missed. */
function checkNames(all: readonly Named[]): void {
  const names = [...new Set(all.map(({ name }) => name))]
  const bad = names.filter((name) => !isHostName(name) || name.toLowerCase() === 'localhost')
  if (bad.length > 0) {
    throw new NetloomError(
      'BAD_NAME',
      `hosts(): ${bad.map(shown).join(', ')} cannot be a host name`,
      {
        value: bad[0],
        hint: 'Give them names of letters, digits and "-" that do not end in a number alone (RFC 1123).',
      },
    )
  }
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw new NetloomError('BAD_NAME', `hosts(): ${other} and ${name} are one host name`, {
        value: name,
        hint: 'Capital letters make no other host name: give one of the two another name.',
      })
    }
    seen.set(name.toLowerCase(), name)
  }
}

/** What the files of one host hold: a name that several hosts have is that of this one, else of none. */
function linesFor(host: string, all: readonly Named[]): readonly string[] {
  const count = new Map<string, number>()
  for (const { name } of all) count.set(name, (count.get(name) ?? 0) + 1)
  return Object.freeze([
    '127.0.0.1 localhost',
    '::1 localhost',
    ...all
      .filter((each) => each.host === host || count.get(each.name) === 1)
      .flatMap(({ name, addresses }) => addresses.map((address) => `${address} ${name}`)),
  ])
}

/** A file with the names of the lab for each namespace. */
export function hosts(ledger: Ledger): readonly FileResource[] {
  const all = namedIn(ledger)
  checkNames(all)
  const lines = new Map([...ledger.hosts.keys()].map((host) => [host, linesFor(host, all)]))
  return namespacesOf(ledger).map(({ host, name: namespace }) => ({
    kind: 'file',
    host,
    namespace,
    name: 'hosts',
    lines: lines.get(host) ?? [],
    call: 'hosts()',
  }))
}
