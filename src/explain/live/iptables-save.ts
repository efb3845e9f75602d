import type {
  Backend,
  Base,
  Chain,
  FilterRule,
  Hook,
  RulePart,
  Table,
} from '../../state/firewall.js'
import { matchesOf } from './iptables/matches.js'
import { actsOf } from './iptables/targets.js'
import { type Section, sectionsOf, wordsOf } from './iptables/words.js'

export interface SaveOptions {
  readonly family: 'ip' | 'ip6'
  readonly backend: Exclude<Backend, 'nft'>
}

const HOOKS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

/** Where the tables stand; the kernel's own, and iptables-nft puts security elsewhere. */
const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  filter: 0,
  security: 50,
}
const SECURITY_OF_NFT = 150
const DNAT: readonly Hook[] = ['prerouting', 'output']

/** At which hook, and before and behind what, iptables keeps a chain; nothing for a chain of a user. */
export function builtIn(
  table: string,
  chain: string,
  backend: SaveOptions['backend'],
): Pick<Base, 'hook' | 'priority' | 'type'> | undefined {
  const hook = HOOKS[chain]
  if (hook === undefined) return undefined
  if (table === 'nat') return { hook, priority: DNAT.includes(hook) ? -100 : 100, type: 'nat' }
  const isMoved = table === 'security' && backend === 'iptables-nft'
  const priority = isMoved ? SECURITY_OF_NFT : PRIORITIES[table]
  if (priority === undefined) return undefined
  return { hook, priority, type: table === 'mangle' && hook === 'output' ? 'route' : 'filter' }
}

interface Draft {
  readonly name: string
  readonly chains: Map<
    string,
    { base: Base | undefined; lines: { text: string; packets?: number }[] }
  >
}

const TABLE = /^\*(\S+)/
const CHAIN = /^:(\S+) (\S+)(?: \[(\d+):\d+\])?/
const RULE = /^(?:\[(\d+):\d+\] )?-A (\S+) ?(.*)$/

/** Reads what iptables-save (with or without `-c`) and its like print. */
export function readIptablesSave(text: string, options: SaveOptions): readonly Table[] {
  const drafts: Draft[] = []
  for (const line of text.split('\n')) {
    const [, table] = TABLE.exec(line) ?? []
    if (table !== undefined) drafts.push({ name: table, chains: new Map() })
    const draft = drafts.at(-1)
    if (draft !== undefined) readLine(line, draft, options)
  }
  return drafts.map((draft) => tableOf(draft, options))
}

function readLine(line: string, { name, chains }: Draft, { backend }: SaveOptions): void {
  const [, chain, policy, applied] = CHAIN.exec(line) ?? []
  if (chain !== undefined) {
    const base = builtIn(name, chain, backend)
    chains.set(chain, {
      base: base && {
        ...base,
        policy: policy === 'DROP' ? 'drop' : 'accept',
        packets: applied === undefined ? undefined : Number(applied),
      },
      lines: [],
    })
  }
  const [, packets, of = '', text = ''] = RULE.exec(line) ?? []
  chains.get(of)?.lines.push({ text, ...(packets !== undefined && { packets: Number(packets) }) })
}

function tableOf({ name, chains }: Draft, { family, backend }: SaveOptions): Table {
  const names = new Set(chains.keys())
  return {
    backend,
    family,
    name,
    chains: [...chains].map(
      ([chain, { base, lines }]): Chain => ({
        name: chain,
        base,
        rules: lines.map(({ text, packets }, i) => ({
          ...readRule(text, names),
          number: i + 1,
          packets,
        })),
      }),
    ),
  }
}

function readRule(
  text: string,
  chains: ReadonlySet<string>,
): Pick<FilterRule, 'text' | 'comment' | 'parts'> {
  const sections = sectionsOf(wordsOf(text))
  return { text, comment: commentOf(sections), parts: sections.flatMap(partsOf(chains)) }
}

const partsOf =
  (chains: ReadonlySet<string>) =>
  (section: Section): readonly RulePart[] =>
    section.kind === 'jump' || section.kind === 'goto'
      ? actsOf(section, chains)
      : matchesOf(section)

const commentOf = (sections: readonly Section[]) =>
  sections.find(({ kind, name }) => kind === 'match' && name === 'comment')?.options[0]?.values[0]
