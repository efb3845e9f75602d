import { at, type Expr, isObject, kindOf, listOf } from './json.js'

/** An expression or a statement in the words of `nft list ruleset`. */
export function shown(expr: Expr): string {
  if (Array.isArray(expr)) return expr.map(shown).join(',')
  if (!isObject(expr)) return String(expr)
  const [kind, body] = kindOf(expr)
  const write = WRITERS[kind]
  if (write !== undefined) return write(body)
  return body === null ? kind : `${kind} ${fallback(body)}`
}

const fallback = (body: unknown): string =>
  isObject(body)
    ? Object.entries(body)
        .map(([key, value]) => `${key} ${isObject(value) ? shown(value) : String(value)}`)
        .join(' ')
    : shown(body)

type Writer = (body: unknown) => string

const word = (body: unknown, ...keys: readonly string[]): string => {
  const value = at(body, ...keys)
  return value === undefined || value === null ? '' : shown(value)
}

const joined = (...words: readonly string[]): string => words.filter((one) => one !== '').join(' ')

const named = (value: unknown) => `"${String(value)}"`

/** Names of links stand in quotes. */
const isName = (left: string) => /^(?:iif|oif)(?:name|kind)?$/.test(left)
const isMark = (left: string) => /(?:^| )mark\b/.test(left)

function sideOf(right: unknown, left: string): string {
  if (typeof right === 'string' && !right.startsWith('@') && isName(left)) return named(right)
  if (typeof right === 'number' && isMark(left)) return `0x${right.toString(16).padStart(8, '0')}`
  const set = at(right, 'set')
  if (set !== undefined) return setOf(set, left)
  const range = at(right, 'range')
  if (Array.isArray(range)) return range.map((end) => sideOf(end, left)).join('-')
  return shown(right)
}

function setOf(set: unknown, left: string): string {
  const items = listOf(set).map((item) =>
    Array.isArray(item) ? `${sideOf(item[0], left)} : ${shown(item[1])}` : sideOf(item, left),
  )
  return `{ ${items.join(', ')} }`
}

/** What is left away where it stands between two sides. */
const SILENT = ['==', 'in']

const match: Writer = (body) => {
  const left = word(body, 'left')
  const op = word(body, 'op')
  const isMasked = at(body, 'left', '&') !== undefined
  const sign = SILENT.includes(op) && !isMasked ? '' : op
  return joined(
    left,
    sign,
    sideOf(at(body, 'right'), isMasked ? (left.split(' &')[0] ?? '') : left),
  )
}

const BARE_META = ['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup']

const binary =
  (sign: string): Writer =>
  (body) => {
    const [first, ...rest] = listOf(body)
    const left = shown(first)
    return [left, ...rest.map((one) => sideOf(one, left))].join(` ${sign} `)
  }

const natTo =
  (verb: string): Writer =>
  (body) => {
    const address = word(body, 'addr')
    const port = word(body, 'port')
    const shownAddress = port !== '' && address.includes(':') ? `[${address}]` : address
    const to = port === '' ? shownAddress : `${shownAddress}:${port}`
    return joined(verb, word(body, 'family'), to === '' ? '' : `to ${to}`, word(body, 'flags'))
  }

const limit: Writer = (body) =>
  isObject(body)
    ? joined(
        'limit rate',
        at(body, 'inv') === true ? 'over' : '',
        `${word(body, 'rate')}${at(body, 'rate_unit') ? ` ${word(body, 'rate_unit')}` : ''}/${word(body, 'per')}`,
        at(body, 'burst') === 5 ? '' : `burst ${word(body, 'burst')} packets`,
      )
    : `limit name ${named(body)}`

const jump =
  (verb: string): Writer =>
  (body) =>
    `${verb} ${word(body, 'target')}`

const WRITERS: Readonly<Record<string, Writer>> = {
  match,
  meta: (body) => {
    const key = word(body, 'key')
    return BARE_META.includes(key) ? key : `meta ${key}`
  },
  payload: (body) =>
    at(body, 'base') === undefined
      ? `${word(body, 'protocol')} ${word(body, 'field')}`
      : `@${word(body, 'base')},${word(body, 'offset')},${word(body, 'len')}`,
  ct: (body) => joined('ct', word(body, 'dir'), word(body, 'key')),
  fib: (body) => `fib ${listOf(at(body, 'flags')).join(' . ')} ${word(body, 'result')}`,
  prefix: (body) => `${word(body, 'addr')}/${word(body, 'len')}`,
  range: (body) => listOf(body).map(shown).join('-'),
  set: (body) =>
    at(body, 'op') === undefined
      ? setOf(body, '')
      : `${word(body, 'op')} ${word(body, 'set')} { ${joined(word(body, 'elem'), ...listOf(at(body, 'stmt')).map(shown))} }`,
  concat: (body) => listOf(body).map(shown).join(' . '),
  elem: (body) => word(body, 'val'),
  map: (body) => `${word(body, 'key')} map ${mapOf(body)}`,
  vmap: (body) => `${word(body, 'key')} vmap ${mapOf(body)}`,
  '&': binary('&'),
  '|': binary('|'),
  '^': binary('^'),
  '<<': binary('<<'),
  '>>': binary('>>'),
  jump: jump('jump'),
  goto: jump('goto'),
  counter: (body) => (isObject(body) || body === null ? 'counter' : `counter name ${named(body)}`),
  log: (body) =>
    joined(
      'log',
      at(body, 'prefix') === undefined ? '' : `prefix ${named(at(body, 'prefix'))}`,
      at(body, 'group') === undefined ? '' : `group ${word(body, 'group')}`,
      at(body, 'level') === undefined ? '' : `level ${word(body, 'level')}`,
    ),
  limit,
  quota: (body) =>
    isObject(body)
      ? joined(
          'quota',
          at(body, 'inv') === true ? 'over' : '',
          word(body, 'val'),
          word(body, 'val_unit'),
        )
      : `quota name ${named(body)}`,
  'ct count': (body) =>
    joined('ct count', at(body, 'inv') === true ? 'over' : '', word(body, 'val')),
  reject: (body) =>
    isObject(body) ? joined('reject with', word(body, 'type'), word(body, 'expr')) : 'reject',
  mangle: (body) => {
    const key = word(body, 'key')
    return `${key} set ${sideOf(at(body, 'value'), key)}`
  },
  snat: natTo('snat'),
  dnat: natTo('dnat'),
  masquerade: natTo('masquerade'),
  redirect: natTo('redirect'),
  numgen: (body) => `numgen ${word(body, 'mode')} mod ${word(body, 'mod')}`,
  rt: (body) => `rt ${word(body, 'key')}`,
  'tcp option': (body) => joined('tcp option', word(body, 'name'), word(body, 'field')),
  exthdr: (body) => joined('exthdr', word(body, 'name'), word(body, 'field')),
  'ct helper': (body) => `ct helper set ${named(body)}`,
  xt: (body) => joined('xt', word(body, 'type'), word(body, 'name')),
}

function mapOf(body: unknown): string {
  const data = at(body, 'data')
  const set = at(data, 'set')
  return set === undefined ? shown(data) : setOf(set, word(body, 'key'))
}
