import { NetloomError, shown } from '../errors.js'
import { addressOf, covers, familyOf, hostPrefix, parseCidr } from '../ip/cidr.js'
import { macAddress } from '../ip/mac.js'
import { interfaceName, placeName } from '../ip/names.js'
import { readOptions } from '../options.js'
import type { Line, Link } from '../plan/line.js'
import { named } from '../plan/place.js'
import { SSH, SSH_LIMIT } from '../plan/schema.js'
import type { Resource } from '../resource/index.js'
import type { Host } from '../resource/kind.js'
import { asking, readAddresses, resolved } from './addresses.js'
import { callText } from './call.js'
import { keepSources } from './masquerade.js'
import { bridgeOptions, hostOptions } from './options.js'

/** Reads a host and its options; an option that is not given does not appear. */
export function readHost(name: unknown, options: unknown): Host {
  const host = placeName('host', name)
  const { address, device, ssh } = readOptions(`host('${host}')`, hostOptions, options)
  if (ssh !== undefined && !(SSH.test(ssh) && ssh.length <= SSH_LIMIT)) {
    throw new NetloomError('BAD_ARGUMENT', `host ${host}: ssh ${shown(ssh)} is not user@host`, {
      value: ssh,
      hint: 'Write it as "root@node02" or "root@node02:2222".',
    })
  }
  return {
    name: host,
    ...(address === undefined
      ? {}
      : { addresses: [address].flat().map((text) => parseCidr(text).text) }),
    ...(device === undefined ? {} : { device: interfaceName(device) }),
    ...(ssh === undefined ? {} : { ssh }),
  }
}

/**
 * A name of a namespace, alone where one host has it, else `host/namespace`.
 *
 * @throws NetloomError `UNKNOWN_NAME`
 */
export function findNamespace(line: Line, name: unknown): { host: string; namespace: string } {
  const unknown = (why: string, hint: string): never => {
    throw new NetloomError('UNKNOWN_NAME', why, { value: name, hint })
  }
  if (typeof name !== 'string') {
    return unknown('the name of a namespace is no string', `Write it as 'demo01'.`)
  }
  const { namespace, hosts } = named(name, (wanted) => line.ledger.hostsOf(wanted))
  const [host, ...others] = hosts
  if (host === undefined) {
    const why = `the plan has no namespace ${shown(name)} before this call`
    return unknown(why, 'Add it with .ns() first.')
  }
  if (others.length > 0) {
    const full = hosts.map((each) => `'${each}/${name}'`).join(' or ')
    return unknown(`several hosts have a namespace ${name}`, `Write ${full}.`)
  }
  return { host, namespace }
}

export function namespace(host: string, name: unknown): Link {
  const checked = placeName('namespace', name)
  const call = callText('ns', [checked])
  return { resources: [{ kind: 'namespace', host, name: checked, call }] }
}

/** A switch, with the addresses of the host on it. */
export function bridge(line: Line, host: string, name: unknown, options: unknown): Link {
  const checked = interfaceName(name)
  const { ip, stp, isolated, mtu, mac } = readOptions('bridge()', bridgeOptions, options)
  const call = callText('bridge', [checked, options])
  const made: Resource = {
    kind: 'bridge',
    host,
    name: checked,
    ...(stp === true ? { stp } : {}),
    ...(isolated === true ? { isolated } : {}),
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac: macAddress('bridge()', mac) }),
    call,
  }
  const texts = ip === undefined ? [] : readAddresses('bridge()', [ip].flat())
  const [cidrs = []] = resolved(line, { place: host, device: checked }, [texts], 1n)
  return {
    resources: [
      made,
      ...cidrs.map((cidr) => ({ kind: 'address', host, device: checked, cidr, call }) as const),
      ...asking(line, { place: host, device: checked }, cidrs, call),
    ],
  }
}

/** The address of `owner` by which `host` reaches it: one that both declare a network of. */
function gatewayTo(line: Line, host: string, owner: string, family: 4 | 6): string {
  const theirs = line.ledger.hostCidrs(owner).find((cidr) => cidr.family === family)
  if (theirs === undefined) {
    throw new NetloomError('MISSING_ADDRESS', `host ${owner} declares no IPv${family} address`, {
      value: owner,
      hint: `Declare it: .host('${owner}', { address: '192.0.2.1/24' }).`,
    })
  }
  const mine = line.ledger.hostCidrs(host).filter((cidr) => cidr.family === family)
  if (mine.length > 0 && !mine.some((cidr) => covers(cidr, theirs))) {
    throw new NetloomError(
      'GATEWAY_NOT_ON_LINK',
      `the address ${theirs.text} of host ${owner} is not in the network of host ${host} (${mine.map((c) => c.text).join(', ')})`,
      { value: theirs.text, hint: 'The two hosts must stand on one segment, with one prefix.' },
    )
  }
  return theirs.address
}

export function routeTo(line: Line, host: string, names: readonly unknown[]): Link {
  if (names.length === 0) {
    throw new NetloomError('BAD_ARGUMENT', `routeTo() of host ${host} names no namespace`, {
      hint: `Write it as .routeTo('demo01').`,
    })
  }
  const found = names.map((name) => findNamespace(line, name))
  const call = callText('routeTo', names)
  const resources = found.flatMap((found, i): Resource[] => {
    const name = names[i]
    const place = `${found.host}/${found.namespace}`
    if (found.host === host) {
      throw new NetloomError('BAD_ARGUMENT', `host ${host} has the namespace ${place} itself`, {
        value: name,
        hint: 'From a host to its own namespace goes .routeBothWays().',
      })
    }
    // those of a link alone, by which a router asks, are nobody's to route to
    const cidrs = line.ledger.addressesAt(place).map(({ cidr }) => cidr.text)
    if (cidrs.length === 0) {
      throw new NetloomError(
        'MISSING_ADDRESS',
        `namespace ${place} has no address before routeTo()`,
        {
          value: name,
          hint: 'Give it one with .ip() and .veth() first.',
        },
      )
    }
    return cidrs.map((cidr) => {
      const via = gatewayTo(line, host, found.host, familyOf(addressOf(cidr)))
      return { kind: 'route', host, to: hostPrefix(cidr), via, call }
    })
  })
  const destinations = resources.flatMap((r) => (r.kind === 'route' ? [r.to] : []))
  return { resources: [...resources, ...keepSources(line.ledger, host, destinations, call)] }
}
