import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFilters } from '../../src/explain/live/filters.js'
import { type Case, IDLE, IPTABLES, LEGACY, NAT, NFT, UNKNOWN } from './filters/cases.js'
import { type Probe, probes, quoted, sendAll, startSenders } from './filters/probes.js'
import { listen, ROUTER, router, SETS, seenIn } from './filters/router.js'
import { sightOf } from './filters/walk.js'
import { Machine } from './machine.js'

let machine: Machine

beforeAll(async () => {
  machine = await Machine.open({ setup: ROUTER })
  await listen(machine)
  await machine.ok(startSenders(machine.folder))
})

afterAll(() => machine[Symbol.asyncDispose]())

const CUT = '\n=====\n'

const FORGET = SETS.map((name) => `flush set inet seen ${name}`).join('; ')

const LEGACY_AWAY = `iptables-legacy-restore <<END
${['raw', 'mangle', 'nat', 'filter'].map((name) => `*${name}\nCOMMIT`).join('\n')}
END
`

/** What was sent before may be sent again while nobody asks for it. */
const isOf = (all: readonly Probe[]) => {
  const ports = all.flatMap(({ packet }) => packet.sourcePort ?? [])
  return (line: string) =>
    line.startsWith('icmp') || line.split(' ').some((word) => ports.includes(Number(word)))
}

/** Lays a rule set down, reads it back, and lets the probes find their ways. */
async function trial({ rules }: Case) {
  const all = probes()
  const inRouter = `
nft flush ruleset
[[ -z $(</proc/net/ip_tables_names) ]] || ${LEGACY_AWAY}${rules}
save() { "$@" 2>/dev/null; printf ${quoted(CUT)}; }
save nft -j list ruleset
save nft list ruleset
${rules.includes('tables') ? 'save iptables-save -c\nsave ip6tables-save -c' : `printf ${quoted(CUT + CUT)}`}
[[ -z $(</proc/net/ip_tables_names) ]] || iptables-legacy-save -c
`
  const printed = await machine.ok(`set -e
for ns in a b; do nsenter --net=/run/netns/$ns nft ${quoted(FORGET)}; done
nsenter --net=/run/netns/r bash -euc ${quoted(inRouter)}
printf ${quoted(CUT)}
${sendAll(machine.folder, all)}
for ns in a b; do nsenter --net=/run/netns/$ns nft -j list ruleset; printf ${quoted(CUT)}; done`)
  const [nft, nftPlain, iptables, ip6tables, legacy4, atA = '', atB = ''] = printed
    .split(CUT.trimEnd())
    .map((text) => text.trim())
  const filters = readFilters({ nft, nftPlain, iptables, ip6tables, legacy4, legacy6: undefined })
  const node = { ...router, tables: filters.tables, gaps: filters.gaps }
  const sights = all.map((probe) => sightOf(node, probe))
  const free = all.flatMap((probe) => sightOf({ ...node, tables: [] }, probe).sure)
  return {
    node,
    /** What would be seen without any rule. */
    free: [...new Set(free)].sort(),
    seen: [...new Set([...seenIn(atA), ...seenIn(atB)])].filter(isOf(all)).sort(),
    sure: [...new Set(sights.flatMap(({ sure }) => sure))].sort(),
    maybe: sights.flatMap(({ maybe }) => maybe),
  }
}

describe.each([
  ['nft', NFT],
  ['translation', NAT],
  ['iptables', IPTABLES],
  ['legacy', LEGACY],
] as const)('%s: what the kernel lets through is what the filters say', (_, cases) => {
  test.each(cases)('$name', async (one) => {
    const { seen, sure, maybe, free, node } = await trial(one)
    expect({ maybe, gaps: node.gaps }).toEqual({ maybe: [], gaps: [] })
    expect(isDeepStrictEqual(sure, free)).toBe(IDLE.includes(one.name))
    expect(seen).toEqual(sure)
  })
})

test.each(UNKNOWN)('$name: what cannot be told is not told', async (one) => {
  const { seen, sure, maybe } = await trial(one)
  expect(sure.filter((line) => !seen.includes(line))).toEqual([])
  expect(seen.filter((line) => !sure.includes(line) && !maybe.includes(line))).toEqual([])
})
