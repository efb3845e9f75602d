import type { Act, RulePart } from '../../../state/firewall.js'
import { ALL_ONES, maskedOf, numberOf } from '../numbers.js'
import type { Section } from './words.js'

type Values = (option: string) => readonly string[] | undefined
type Reader = (values: Values) => readonly RulePart[] | undefined

/** What a target does; a name that no table of ours has is a chain. */
export function actsOf(section: Section, chains: ReadonlySet<string>): readonly RulePart[] {
  const { kind, name, options, text } = section
  if (kind === 'goto') return [{ act: 'goto', chain: name }]
  if (chains.has(name)) return [{ act: 'jump', chain: name }]
  const values: Values = (option) => options.find((one) => one.name === option)?.values
  return TARGETS[name]?.(values) ?? [{ act: 'unknown', text }]
}

const nothing: Reader = () => []

/** `10.0.0.5:8080`, `[fd00::5]:8080`, `:90`; a range of addresses, or of ports to go to, is not one. */
function addressAndPort(text: string): { address?: string; port?: number } | undefined {
  const match =
    /^(?:\[(.*)\]|([0-9.]*)|([0-9a-f]*:[0-9a-f]*:[0-9a-f:]*))(?::(\d+)(?:-\d+)?)?$/.exec(text)
  if (match === null) return undefined
  const [, inBrackets, v4, v6, port] = match
  const address = inBrackets ?? (v4 || v6)
  return {
    ...(address && { address }),
    ...(port !== undefined && { port: Number(port) }),
  }
}

const isRange = (text: string) => /:\d+-\d+/.test(text)

const firstPort = (values: Values): { port?: number } => {
  const [text] = values('--to-ports') ?? []
  return text === undefined ? {} : { port: Number.parseInt(text, 10) }
}

/** Among several ports to go to, which is taken cannot be told; a source may have any. */
const toOnePort = (text = '') => !/-/.test(text)

const marking =
  (act: 'mark' | 'connectionMark'): Reader =>
  (values) => {
    const [text] = values('--set-xmark') ?? values('--set-mark') ?? []
    const read = text === undefined ? undefined : maskedOf(text)
    return read && [{ act, value: read.value, mask: read.mask }]
  }

function passingMark(act: 'saveMark' | 'restoreMark', values: Values): readonly Act[] | undefined {
  const mark = numberOf(values('--nfmask')?.[0] ?? ALL_ONES)
  const connectionMark = numberOf(values('--ctmask')?.[0] ?? ALL_ONES)
  if (mark === undefined || connectionMark === undefined) return undefined
  return [{ act, mark, connectionMark }]
}

const hops =
  (prefix: string): Reader =>
  (values) => {
    const found = (
      [
        ['set', 'set', 1],
        ['inc', 'add', 1],
        ['dec', 'add', -1],
      ] as const
    ).flatMap(([option, how, sign]): readonly Act[] => {
      const value = numberOf(values(`--${prefix}-${option}`)?.[0])
      return value === undefined ? [] : [{ act: 'ttl', how, value: value * sign }]
    })
    return found.length === 1 ? found : undefined
  }

const TARGETS: Readonly<Record<string, Reader>> = {
  ACCEPT: () => [{ act: 'accept' }],
  DROP: () => [{ act: 'drop' }],
  RETURN: () => [{ act: 'return' }],
  REJECT: (values) => [{ act: 'reject', with: values('--reject-with')?.[0] ?? 'port-unreachable' }],
  NOTRACK: () => [{ act: 'notrack' }],
  CT: (values) => {
    if (values('--notrack') !== undefined) return [{ act: 'notrack' }]
    return values('--zone') || values('--zone-orig') || values('--zone-reply') ? undefined : []
  },
  MARK: marking('mark'),
  CONNMARK: (values) => {
    if (values('--save-mark') !== undefined) return passingMark('saveMark', values)
    if (values('--restore-mark') !== undefined) return passingMark('restoreMark', values)
    return marking('connectionMark')(values)
  },
  SNAT: (values) => {
    const [text = ''] = values('--to-source') ?? []
    const to = addressAndPort(text)
    return to && [{ act: 'snat', ...to }]
  },
  DNAT: (values) => {
    const [text = ''] = values('--to-destination') ?? []
    const to = isRange(text) ? undefined : addressAndPort(text)
    return to && [{ act: 'dnat', ...to }]
  },
  MASQUERADE: (values) => [{ act: 'masquerade', ...firstPort(values) }],
  REDIRECT: (values) =>
    toOnePort(values('--to-ports')?.[0]) ? [{ act: 'redirect', ...firstPort(values) }] : undefined,
  TTL: hops('ttl'),
  HL: hops('hl'),
  LOG: nothing,
  NFLOG: nothing,
  ULOG: nothing,
  TRACE: nothing,
  AUDIT: nothing,
  CHECKSUM: nothing,
  CLASSIFY: nothing,
  CONNSECMARK: nothing,
  DSCP: nothing,
  ECN: nothing,
  SECMARK: nothing,
  TCPMSS: nothing,
  TCPOPTSTRIP: nothing,
  TEE: nothing,
  TOS: nothing,
}
