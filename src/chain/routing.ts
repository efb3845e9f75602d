import { NetloomError, shown } from '../errors.js'
import { type Family, familyOf } from '../ip/cidr.js'
import { parseAddress, parseDestination } from '../ip/destination.js'
import { interfaceName } from '../ip/names.js'
import { checkOptions, readOptions } from '../options.js'
import type { Link } from '../plan/line.js'
import type { Resource } from '../resource/index.js'
import type { RouteResource } from '../resource/route.js'
import type { RuleResource } from '../resource/rule.js'
import { FORWARDING, isSettingPath, isSettingValue } from '../resource/setting.js'
import { asking } from './addresses.js'
import { callText } from './call.js'
import { type At, addressesOf, endAt, insideOf, placeAt } from './inside.js'
import { routeOptions, ruleOptions } from './options.js'

function refuse(message: string, value: unknown, hint: string): never {
  throw new NetloomError('BAD_ARGUMENT', message, { value, hint })
}

/** `default` says no family by itself: the gateway does. */
function destination(to: unknown, via: string | undefined): string {
  if (to !== 'default') return parseDestination(to).text
  if (via !== undefined) return familyOf(via) === 4 ? '0.0.0.0/0' : '::/0'
  return refuse(
    `route('default') without a gateway says no address family`,
    to,
    `Write '0.0.0.0/0' or '::/0'.`,
  )
}

/** A gateway is looked for on the links of the namespace; an address that waits for one is on none yet. */
function checkLanded(at: At, via: string): void {
  const waiting = at.line.waitingAt(placeAt(at))
  if (waiting.length === 0) return
  const message = `route() by ${via}: the address ${waiting.join(', ')} of namespace ${placeAt(at)} has no link yet`
  throw new NetloomError('MISSING_LINK', message, {
    value: waiting,
    hint: 'Call .veth(), .attach() or .link() before it.',
  })
}

export function route(at: At, to: unknown, options: unknown): Link {
  const read = readOptions('route()', routeOptions, options)
  const { dev, metric, table, onlink, type = 'unicast' } = read
  const via = read.via === undefined ? undefined : parseAddress(read.via).address
  if (via !== undefined) checkLanded(at, via)
  const network = destination(to, via)
  if (via !== undefined && familyOf(via) !== familyOf(network)) {
    refuse(
      `route(): the gateway ${via} is not of the family of ${network}`,
      via,
      'A route and its gateway are of one family.',
    )
  }
  if (type !== 'unicast' && (via !== undefined || dev !== undefined)) {
    refuse(
      `route(): a route of the type ${type} leads nowhere, and takes no via and no dev`,
      type,
      'Leave them away.',
    )
  }
  if (type === 'unicast' && via === undefined && dev === undefined) {
    refuse(
      `route() to ${network} has neither a gateway nor a device`,
      to,
      `Write it as .route('10.0.2.0/24', { via: '10.0.1.1' }).`,
    )
  }
  if (onlink === true && (via === undefined || dev === undefined)) {
    refuse('route(): onlink takes a gateway and a device', onlink, 'Give via and dev.')
  }
  const made: RouteResource = {
    kind: 'route',
    host: at.host,
    namespace: at.namespace,
    to: network,
    ...(type === 'unicast' ? {} : { type }),
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { device: interfaceName(dev) }),
    ...(onlink === true ? { onlink } : {}),
    ...(metric === undefined ? {} : { metric }),
    ...(table === undefined ? {} : { table }),
    call: callText('route', [to, options]),
  }
  return { resources: [made] }
}

/** The priority of a namespace's first rule that says none; the kernel's own are at 0 and from 32766 up. */
const FIRST_PRIORITY = 1000

/** One more for each rule before it; a rule of both families is one. */
function nextPriority(at: At): number {
  const before = at.line.ledger.at(placeAt(at))
  const taken = new Set(before.flatMap((r) => (r.kind === 'rule' ? [r.priority] : [])))
  let priority = FIRST_PRIORITY + taken.size
  while (taken.has(priority)) priority += 1
  return priority
}

export function rule(at: At, options: unknown): Link {
  const read = checkOptions('rule()', ruleOptions, options)
  const { fwmark, iif, table, family } = read
  const networks = (['from', 'to'] as const).map((key) => {
    const text = read[key]
    return text === undefined ? undefined : parseDestination(text).text
  })
  const [from, to] = networks
  const families = new Set(networks.flatMap((text) => (text === undefined ? [] : [familyOf(text)])))
  if (family !== undefined) families.add(family)
  if (families.size > 1) {
    refuse(
      `rule(): ${[from, to, family].filter((part) => part !== undefined).join(', ')} are not of one family`,
      options,
      'A rule is of one family: make two of it.',
    )
  }
  const priority = read.priority ?? nextPriority(at)
  const call = callText('rule', [options])
  const both: readonly Family[] = families.size === 0 ? [4, 6] : [...families]
  return {
    resources: both.map(
      (family): RuleResource => ({
        kind: 'rule',
        host: at.host,
        namespace: at.namespace,
        family,
        priority,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(fwmark === undefined ? {} : { fwmark }),
        ...(iif === undefined ? {} : { iif: iif === 'lo' ? iif : interfaceName(iif) }),
        table,
        call,
      }),
    ),
  }
}

/** By slashes or by dots, as sysctl(8) takes it: the first of the two that comes is what parts the names. */
function settingPath(name: unknown): string {
  const text = typeof name === 'string' ? name.replace(/^\/proc\/sys\//, '') : ''
  const isDotted = /^[^/.]*\./.test(text)
  const path = isDotted ? text.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.')) : text
  if (isSettingPath(path)) return path
  const hint = `Write it as 'net.ipv4.conf.eth0.rp_filter' or 'net/ipv4/conf/eth0.7/rp_filter'.`
  return refuse(`sysctl(): ${shown(name)} is no setting below net`, name, hint)
}

export function sysctl(at: At, name: unknown, value: unknown): Link {
  const path = settingPath(name)
  // the kernel reads whole numbers: no NaN, and none that is written as 1e21
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !isSettingValue(text)) {
    refuse(
      `sysctl(): ${shown(value)} is no value of ${path}`,
      value,
      'Give a whole number, or words of A-Z a-z 0-9 . , : _ + / - with one space between.',
    )
  }
  return { resources: [settingOf(at, path, text, callText('sysctl', [name, value]))] }
}

function settingOf(at: At, path: string, value: string, call: string): Resource {
  const { host, namespace } = at
  return { kind: 'setting', host, namespace, path, value, call }
}

export function router(at: At): Link {
  const call = 'router()'
  return {
    resources: [
      ...([4, 6] as const).map((family) => settingOf(at, FORWARDING[family], '1', call)),
      ...insideOf(at).flatMap(({ device }) =>
        asking(at.line, endAt(at, device), addressesOf(at, device), call),
      ),
    ],
  }
}
