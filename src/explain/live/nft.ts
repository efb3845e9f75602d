import type { Base, FilterRule, Hook, RulePart, Table } from '../../state/firewall.js'
import type { Sets } from './nft/items.js'
import { at, type Expr, isObject, kindOf, listOf } from './nft/json.js'
import { type PlainListing, readPlain } from './nft/plain.js'
import { type Alternatives, type Context, readStatement, setsChangedBy } from './nft/statements.js'
import { shown } from './nft/text.js'

export interface NftRuleset {
  readonly tables: readonly Table[]
  /** What is not modelled beside rules, in words. */
  readonly gaps: readonly string[]
}

type Entry = Readonly<Record<string, unknown>>

/**
 * Reads what `nft -j list ruleset` prints. Throws where that is no JSON.
 *
 * @param plain what `nft list ruleset` prints, of which nft 1.0.6 leaves a part out of its JSON
 */
export function readNft(text: string, plain = ''): NftRuleset {
  const told = readPlain(plain)
  const listed = listOf(at(JSON.parse(text), 'nftables')).map(kindOf)
  const entries = (kind: string) =>
    listed.flatMap(([of, body]) => (of === kind && isObject(body) ? [body] : []))
  const found = {
    chains: entries('chain'),
    rules: entries('rule'),
    sets: [...entries('set'), ...entries('map')],
  }
  return {
    tables: entries('table').map((table) => readTable(table, found, told)),
    gaps: entries('flowtable').map(
      (entry) =>
        `flowtable ${entry['name']} of table ${entry['family']} ${entry['table']}: connections in it pass by the hooks`,
    ),
  }
}

function readTable(
  table: Entry,
  found: Readonly<Record<'chains' | 'rules' | 'sets', readonly Entry[]>>,
  told: PlainListing,
): Table {
  const family = table['family'] as Table['family']
  const isOfTable = (entry: Entry) => entry['family'] === family && entry['table'] === table['name']
  const rules = found.rules.filter(isOfTable)
  const changed = rules.flatMap((rule) => listOf(rule['expr']).flatMap(setsChangedBy))
  const flags = told.flags.get(`${family} ${table['name']}`) ?? listOf(table['flags'])
  const context = { family, sets: readSets(found.sets.filter(isOfTable), changed) }
  return {
    backend: 'nft',
    family,
    name: String(table['name']),
    chains: found.chains.filter(isOfTable).map((chain) => ({
      name: String(chain['name']),
      handle: handleOf(chain),
      base: readBase(chain, flags, told),
      rules: readChain(
        rules.filter((rule) => rule['chain'] === chain['name']),
        context,
      ),
    })),
  }
}

/** Of a set whose elements come and go, what it has now says nothing of a packet. */
function readSets(sets: readonly Entry[], changed: readonly string[]): Sets {
  return new Map(
    sets.map((set) => {
      const name = String(set['name'])
      const flags = listOf(set['flags'])
      const passes = flags.includes('timeout') || flags.includes('dynamic') || 'timeout' in set
      return [name, passes || changed.includes(name) ? undefined : listOf(set['elem'])]
    }),
  )
}

const handleOf = (entry: Entry) =>
  typeof entry['handle'] === 'number' ? entry['handle'] : undefined

const HARMLESS_FLAGS = ['owner', 'persist']
const AT_DEVICES = ['ingress', 'egress']

function readBase(
  chain: Entry,
  tableFlags: readonly unknown[],
  told: PlainListing,
): Base | undefined {
  const { hook, prio, type, policy } = chain
  // the chains of a dormant table are not asked
  if (typeof hook !== 'string' || tableFlags.includes('dormant')) return undefined
  const name = `${chain['family']} ${chain['table']} ${chain['name']}`
  const devices = listOf(chain['dev'] ?? chain['devices'] ?? told.devices.get(name)).map(String)
  const doubt = doubtOf(AT_DEVICES.includes(hook) && devices.length === 0, tableFlags)
  return {
    hook: hook as Hook,
    priority: Number(prio),
    type: type === 'nat' || type === 'route' ? type : 'filter',
    policy: policy === 'drop' ? 'drop' : 'accept',
    ...(devices.length > 0 && { devices }),
    ...(doubt !== undefined && { doubt }),
  }
}

/** nft 1.0.6 prints no devices, and for the flags of a table what stands in memory beside. */
function doubtOf(lacksDevices: boolean, tableFlags: readonly unknown[]): string | undefined {
  if (!tableFlags.every((flag) => HARMLESS_FLAGS.includes(String(flag)))) {
    return 'whether the table is dormant is not told'
  }
  return lacksDevices ? 'of which devices the chain is, is not told' : undefined
}

function readChain(rules: readonly Entry[], context: Context): readonly FilterRule[] {
  return rules.flatMap((rule, i) => readRule(rule, i + 1, context))
}

/** One rule; for a map of verdicts one for each of them, with one number and one handle. */
function readRule(rule: Entry, number: number, context: Context): readonly FilterRule[] {
  const statements = listOf(rule['expr'])
  const comment = typeof rule['comment'] === 'string' ? rule['comment'] : undefined
  const text = statements.map(shown).join(' ')
  const packets = statements.map((one) => at(one, 'counter', 'packets')).find(isNumber)
  const alternatives = statements
    .map((statement) => readStatement(statement, context))
    .reduce<Alternatives>(joined, [[]])
  return alternatives.map((parts) => ({
    handle: handleOf(rule),
    number,
    text,
    comment,
    packets,
    parts,
  }))
}

const isNumber = (value: Expr): value is number => typeof value === 'number'

const isMatch = (part: RulePart) => 'match' in part

/** What acts before a map acts once: the first of the rules does it. */
const joined = (before: Alternatives, now: Alternatives): Alternatives =>
  before.flatMap((parts) =>
    now.map((more, i) => [...(i === 0 ? parts : parts.filter(isMatch)), ...more]),
  )
