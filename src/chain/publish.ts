import { NetloomError, shown } from '../errors.js'
import { type Family, networkOf, parseCidr } from '../ip/cidr.js'
import { parseAddress } from '../ip/destination.js'
import type { Link } from '../plan/line.js'
import { forwardingKey } from '../resource/forwarding.js'
import type { Resource } from '../resource/index.js'
import { hairpinKey, openKey, type PublishResource, SHIFTED_PORTS } from '../resource/publish.js'
import { callText } from './call.js'
import { type At, familiesOf, placeAt } from './inside.js'
import { newestToHost } from './namespace.js'

const FORM = 'Write it as "8080:80", "8080:80/udp", "8000-8010" or "192.0.2.1:8080:80".'

function refuse(value: unknown, why: string, hint = FORM, cause?: unknown): never {
  const message = `publish() cannot read ${shown(value)}: ${why}`
  throw new NetloomError('BAD_ARGUMENT', message, { value, hint, cause })
}

/** `[bind:]port[-last][:port[-last]][/protocol]`; an address of IPv6 in brackets. */
const TEXT =
  /^(?:(?:\[([^\]]*)\]|(\d*\.[\d.]*)):)?(\d+)(?:-(\d+))?(?::(\d+)(?:-(\d+))?)?(?:\/(tcp|udp))?$/

function numberOf(text: string, digits: string): number {
  const port = Number(digits)
  if (port < 1 || port > 65_535) refuse(text, `${digits} is no port, which is 1 to 65535`)
  if (digits.startsWith('0')) refuse(text, `${digits} has a leading zero`)
  return port
}

function rangeOf(text: string, first: string, last: string | undefined) {
  const from = numberOf(text, first)
  const end = last === undefined ? from : numberOf(text, last)
  if (end < from) refuse(text, `the range ${from}-${end} ends before it begins`)
  return { from, end }
}

function bindOf(text: string, bind: string, isV6: boolean): { address: string; family: Family } {
  if (/^0+(?:\.0+){3}$|^[0:]+$/.test(bind)) {
    refuse(text, `${bind} is no address of the host`, 'Without one it is published at each.')
  }
  const hint = 'Give an address that the host has for others, such as "192.0.2.1:8080:80".'
  try {
    const { address, family } = parseAddress(bind)
    if ((family === 6) === isV6) return { address, family }
  } catch (cause) {
    refuse(text, `${bind} is no address at which others reach the host`, hint, cause)
  }
  return refuse(text, 'only an address of IPv6 stands in brackets', hint)
}

/** Says what is wrong with a text of another form. */
function explainForm(text: string): never {
  const protocol = /\/([^/]*)$/.exec(text)?.[1]
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp') {
    refuse(text, `${shown(protocol)} is neither tcp nor udp`)
  }
  if (!text.includes('[') && text.split(':').length > 3) {
    refuse(
      text,
      'an address of IPv6 stands in brackets',
      'Write it as "[fd00::1]:8080:80", so that its end can be told.',
    )
  }
  return refuse(text, 'that is no port')
}

/** What a text asks for. */
interface Ports extends Pick<PublishResource, 'protocol' | 'port' | 'last' | 'to'> {
  readonly text: string
  readonly bind: { readonly address: string; readonly family: Family } | undefined
}

function readPorts(text: unknown): Ports {
  if (typeof text !== 'string') return refuse(text, 'it is not a string')
  const found = TEXT.exec(text)
  if (found === null) return explainForm(text)
  const [, six, four, first = '', last, toFirst = first, toLast, protocol = 'tcp'] = found
  const bind = six ?? four
  const { from, end } = rangeOf(text, first, last)
  const to = rangeOf(text, toFirst, found[5] === undefined ? last : toLast)
  if (to.end - to.from !== end - from) {
    const hint = `As many would be ${from}-${end}:${to.from}-${to.from + end - from}.`
    refuse(text, 'the two ranges are not of one length', hint)
  }
  if (from !== to.from && end - from >= SHIFTED_PORTS) {
    const hint = `Publish a range at its own numbers, such as "${to.from}-${to.end}", or at most ${SHIFTED_PORTS} of them.`
    refuse(text, `each of ${end - from + 1} ports would need a rule of its own`, hint)
  }
  return {
    text,
    bind: bind === undefined ? undefined : bindOf(text, bind, six !== undefined),
    protocol: protocol as 'tcp' | 'udp',
    port: from,
    last: end === from ? undefined : end,
    to: to.from,
  }
}

/** The families over which a text is published: those of the link, or that of its address of the host. */
function over(at: At, device: string, families: readonly Family[], { bind, text }: Ports) {
  if (bind === undefined) return families
  if (families.includes(bind.family)) return [bind.family]
  const message = `publish() needs an IPv${bind.family} address on ${device} (namespace ${placeAt(at)}), to which ${bind.address} could lead`
  throw new NetloomError('MISSING_ADDRESS', message, {
    value: text,
    hint: `Give ${device} one with .ip(), or publish it at an address of the other family.`,
  })
}

/** The first address of a family, and its network. */
function ownOf(cidrs: readonly string[], family: Family) {
  const own = cidrs.map(parseCidr).find((cidr) => cidr.family === family)
  const cidr = own ?? parseCidr(cidrs[0])
  return { address: cidr.address, network: networkOf(cidr).text }
}

export function publish(at: At, texts: readonly unknown[]): Link {
  if (texts.length === 0) refuse(undefined, 'it needs a port')
  const all = texts.map(readPorts)
  const { ledger } = at.line
  const { inside, cidrs } = newestToHost(at, 'publish()')
  const { host } = at
  const call = callText('publish', texts)
  const device = inside.bridge ?? inside.hostEnd
  const families = familiesOf(cidrs)
  const said = new Set<string>()
  const isFirst = (key: string) => {
    const first = !ledger.has(key) && !said.has(key)
    said.add(key)
    return first
  }
  const rules = all.flatMap((ports) =>
    over(at, inside.device, families, ports).map((family): PublishResource => {
      const { protocol, bind, port, last, to } = ports
      const { address, network } = ownOf(cidrs, family)
      return {
        ...{ kind: 'publish', host, family, protocol },
        ...(bind && { bind: bind.address }),
        port,
        ...(last !== undefined && { last }),
        ...{ address, to, device, network },
        ...(isFirst(openKey({ host, address, device })) && { opens: true }),
        ...(inside.bridge !== undefined &&
          isFirst(hairpinKey(host, inside.hostEnd)) && { hairpin: inside.hostEnd }),
        call,
      }
    }),
  )
  const forwarded = new Set(rules.map(({ family }) => family))
  return {
    resources: [
      ...[...forwarded]
        .filter((family) => !ledger.has(forwardingKey(host, family)))
        .map((family): Resource => ({ kind: 'forwarding', host, family, call })),
      ...rules,
    ],
  }
}
