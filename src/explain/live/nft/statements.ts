import type { Act, Match, RulePart, Table } from '../../../state/firewall.js'
import { fieldMatch, impliedBy } from './fields.js'
import { elementsOf, type Item, itemOf, type Sets } from './items.js'
import { at, type Expr, isObject, isScalar, kindOf, listOf } from './json.js'
import { markActs } from './marks.js'
import { shown } from './text.js'

export interface Context {
  readonly family: Table['family']
  readonly sets: Sets
}

/** What a statement asks for or does: one list, or several of which at most one holds (a map of verdicts). */
export type Alternatives = readonly (readonly RulePart[])[]

type Reader = (body: unknown, context: Context) => Alternatives | undefined

/** What is not modelled asks or acts by its text; what asks, and what acts, is known by its kind. */
export function readStatement(statement: Expr, context: Context): Alternatives {
  const [kind, body] = kindOf(statement)
  const found = READERS[kind]?.(body, context)
  if (found !== undefined) return found
  const text = shown(statement)
  return [[ASKING.includes(kind) ? { match: 'unknown', text } : { act: 'unknown', text }]]
}

/** Statements that only let some packets on. */
const ASKING = ['match', 'limit', 'quota', 'ct count', 'set']

const nothing: Reader = () => [[]]
const acting =
  (act: Act): Reader =>
  () => [[act]]

const match: Reader = (body, context) => {
  const [left, right, op] = [at(body, 'left'), at(body, 'right'), at(body, 'op')]
  const isSet =
    at(right, 'set') !== undefined || (typeof right === 'string' && right.startsWith('@'))
  const elements = isSet ? elementsOf(right, context.sets) : listOf(right)
  const items = elements?.map(itemOf)
  const implied = impliedBy(left, context.family)
  const found =
    items === undefined || typeof op !== 'string' || (isSet && items.includes(undefined))
      ? undefined
      : fieldMatch(left, { op, items: items as readonly Item[], isSet, right })
  return [[...implied, found ?? { match: 'unknown', text: shown({ match: body }) }]]
}

/** A list of rules, one for each verdict; they exclude each other. */
const vmap: Reader = (body, context) => {
  const [left, data] = [at(body, 'key'), at(body, 'data')]
  const elements = elementsOf(data, context.sets)
  if (elements === undefined) return undefined
  const pairs = elements.map((pair) => {
    const [key, verdict] = Array.isArray(pair) ? pair : []
    const item = itemOf(key)
    const act = verdictOf(verdict)
    return item === undefined || act === undefined ? undefined : { item, act }
  })
  if (pairs.includes(undefined)) return undefined
  const known = pairs as readonly { item: Item; act: readonly Act[] }[]
  const plain = known.filter(({ item }) => item !== '*')
  const asked = { op: '==', isSet: true, right: undefined }
  const all = fieldMatch(left, { ...asked, items: plain.map(({ item }) => item) })
  const implied = impliedBy(left, context.family)
  if (all === undefined) return undefined
  const alternatives = known.map(({ item, act }): readonly RulePart[] | undefined => {
    const one: Match | undefined =
      item === '*' ? { ...all, not: true } : fieldMatch(left, { ...asked, items: [item] })
    return one && [...implied, one, ...act]
  })
  return alternatives.includes(undefined) ? undefined : (alternatives as Alternatives)
}

function verdictOf(verdict: Expr): readonly Act[] | undefined {
  const [kind, body] = kindOf(verdict)
  if (kind === 'continue') return []
  const found = VERDICTS[kind]?.(body)
  return found && [found]
}

const target = (body: unknown): string | undefined => {
  const name = at(body, 'target')
  return typeof name === 'string' ? name : undefined
}

const jumping =
  (act: 'jump' | 'goto') =>
  (body: unknown): Act | undefined => {
    const chain = target(body)
    return chain === undefined ? undefined : { act, chain }
  }

const VERDICTS: Readonly<Record<string, (body: unknown) => Act | undefined>> = {
  accept: () => ({ act: 'accept' }),
  drop: () => ({ act: 'drop' }),
  return: () => ({ act: 'return' }),
  jump: jumping('jump'),
  goto: jumping('goto'),
}

const verdict =
  (kind: keyof typeof VERDICTS & string): Reader =>
  (body) => {
    const act = VERDICTS[kind]?.(body)
    return act && [[act]]
  }

/** As iptables says what is answered. */
const reject: Reader = (body, { family }) => {
  const [type, expr] = [at(body, 'type'), at(body, 'expr')]
  if (type === 'tcp reset') {
    return [
      [
        { match: 'protocol', protocols: ['tcp'] },
        { act: 'reject', with: 'tcp-reset' },
      ],
    ]
  }
  const of = ({ icmp: 4, icmpv6: 6 } as const)[String(type) as 'icmp']
  const isMixed = family !== 'ip' && family !== 'ip6'
  const kind = type === 'icmpv6' ? 'icmp6' : (type ?? 'icmp')
  return [
    [
      ...(of !== undefined && isMixed ? [{ match: 'family' as const, family: of }] : []),
      { act: 'reject', with: `${kind}-${expr ?? 'port-unreachable'}` },
    ],
  ]
}

/** Fields that may be changed, and nothing on the way of a packet asks for them. */
const HARMLESS =
  /^(?:meta (?:nftrace|priority|secmark)|tcp option .*|ip6? (?:dscp|ecn)|ct (?:label|event|secmark))$/

const mangle: Reader = (body) => {
  const [key, value] = [shown(at(body, 'key')), at(body, 'value')]
  const marks = ({ 'meta mark': 'packet', 'ct mark': 'connection' } as const)[key as 'meta mark']
  if (marks !== undefined) {
    const acts = markActs(marks, value)
    return acts && [acts]
  }
  if ((key === 'ip ttl' || key === 'ip6 hoplimit') && typeof value === 'number') {
    return [[{ act: 'ttl', how: 'set', value }]]
  }
  return HARMLESS.test(key) ? [[]] : undefined
}

type Nat = 'snat' | 'dnat' | 'masquerade' | 'redirect'

/** Among several ports to go to, which is taken cannot be told; a source may have any. */
function portOf(port: unknown, act: Nat): number | undefined | 'unknown' {
  if (port === undefined || typeof port === 'number') return port
  const range = at(port, 'range')
  const first = Array.isArray(range) ? range[0] : undefined
  return typeof first === 'number' && (act === 'snat' || act === 'masquerade') ? first : 'unknown'
}

const ofFamily = (name: unknown): readonly Match[] =>
  name === 'ip' || name === 'ip6' ? [{ match: 'family', family: name === 'ip' ? 4 : 6 }] : []

const nat =
  (act: Nat): Reader =>
  (body) => {
    const [address, port] = [at(body, 'addr'), portOf(at(body, 'port'), act)]
    const isOne = address === undefined || typeof address === 'string'
    if (port === 'unknown' || !isOne || listOf(at(body, 'flags')).includes('netmap')) {
      return [[...ofFamily(at(body, 'family')), { act: 'unknown', text: shown({ [act]: body }) }]]
    }
    return [
      [{ act, ...(address !== undefined && { address }), ...(port !== undefined && { port }) }],
    ]
  }

/** A set that fills up, or that counts, lets some on; what is only noted there is no matter of this packet. */
const setStatement: Reader = (body) =>
  listOf(at(body, 'stmt')).length === 0 && isObject(body) ? [[]] : undefined

const READERS: Readonly<Record<string, Reader>> = {
  match,
  vmap,
  accept: verdict('accept'),
  drop: verdict('drop'),
  return: verdict('return'),
  jump: verdict('jump'),
  goto: verdict('goto'),
  continue: nothing,
  reject,
  mangle,
  notrack: acting({ act: 'notrack' }),
  snat: nat('snat'),
  dnat: nat('dnat'),
  masquerade: nat('masquerade'),
  redirect: nat('redirect'),
  counter: nothing,
  log: nothing,
  comment: nothing,
  last: nothing,
  dup: nothing,
  secmark: nothing,
  'ct helper': nothing,
  'ct timeout': nothing,
  'ct expectation': nothing,
  // only connections that were answered are taken past the hooks
  flow: nothing,
  set: setStatement,
  xt: (body) => {
    const text = shown({ xt: body })
    return [[at(body, 'type') === 'match' ? { match: 'unknown', text } : { act: 'unknown', text }]]
  },
}

/** The sets into which a statement puts elements, or from which it takes some. */
export function setsChangedBy(statement: Expr): readonly string[] {
  const name = at(statement, 'set', 'set')
  return isScalar(name) ? [String(name).replace(/^@/, '')] : []
}
