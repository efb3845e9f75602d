// What netloom costs, beside others that do the same job: npm run bench [-- --quick] [-- --slow] [-- --write]
// --quick: in under a minute. --slow: also those that need minutes for a thousand. --write: the figures and plots go
// into docs as well.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import {
  answerCost,
  leafSpineCosts,
  type Measured,
  measure,
  sandboxCosts,
  standingCosts,
} from './labs.js'
import { type Peer, peers } from './peers.js'
import { importCost, type PlanResult, planCosts } from './plans.js'
import { plot } from './plot.js'
import { show, table } from './table.js'

const quick = process.argv.includes('--quick')
const write = process.argv.includes('--write')
const slow = process.argv.includes('--slow')

/** Namespaces, and how often each peer makes them: where its speed drifts, a machine gives other ratios in a few rounds. */
const SIZES = quick ? { 10: 3, 100: 3 } : { 10: 5, 100: 25, 1000: 3 }
const PLANS = quick ? [100, 1_000] : [100, 1_000, 10_000]
const LAB_ROUNDS = quick ? 5 : 25
const ROUNDS = quick ? 3 : 9

const all = peers()
const absent = all.filter(({ command }) => command === undefined).map(({ name }) => name)
if (absent.length > 0) console.log(`not on this machine: ${absent.join(', ')}`)

console.log(`${cpus().length} processors`)

/** Those that need minutes for many are asked less often, and in a hurry only for few. */
function roundsOf(peer: Peer, count: number, rounds: number): number {
  if (!peer.slow) return rounds
  if (quick) return count <= 10 ? Math.min(rounds, 2) : 0
  if (count <= 10) return rounds
  return count <= 100 ? Math.min(rounds, 3) : Number(slow)
}

const sizes = Object.entries(SIZES).map(([size, rounds]): Measured & { count: number } => {
  const count = Number(size)
  const { start, results } = measure(all, count, (peer) => roundsOf(peer, count, rounds))
  const limit = results.find(({ peer }) => peer.startsWith('limit'))
  const times = (own: number, least: number | undefined) =>
    least === undefined ? '-' : show(own / least, 'x', 1)
  const rows = results.map(({ peer, rounds: done, up, down }) => [
    peer,
    show(done, ''),
    ...[
      show(up.ms, 'ms'),
      show(up.inside, 'ms'),
      times(up.net, limit?.up.ms),
      show(up.processes, ''),
    ],
    ...[show(down.ms, 'ms'), show(down.inside, 'ms'), times(down.net, limit?.down.ms)],
    ...[show(down.processes, ''), show(up.memory, 'MiB')],
  ])
  const head = [
    `${count} namespaces`,
    'rounds',
    ...['up', 'inside', 'limit', 'processes'],
    ...['down', 'inside', 'limit', 'processes', 'memory'],
  ]
  console.log(`\nan empty program of Node.js: ${show(start, 'ms')}\n${table(head, rows)}`)
  return { count, start, results }
})
const labs = sizes.flatMap(({ results }) => results)

const plans = PLANS.map((count): PlanResult => planCosts(count, ROUNDS))
const stages = Object.keys(plans[0]?.costs ?? {})
console.log(
  `\n${table(
    ['plans', ...plans.map(({ count }) => String(count))],
    stages.map((stage) => [
      stage,
      ...plans.map(({ costs }) => show(costs[stage], stage === 'memory' ? 'MiB' : 'ms')),
    ]),
  )}`,
)

const sandboxed = sandboxCosts(LAB_ROUNDS)
console.log(
  `\na lab of two namespaces in a sandbox: up in ${show(sandboxed.up, 'ms')}, gone in ${show(sandboxed.down, 'ms')}`,
)

const standing = sizes.map(({ count }) => ({ count, ...standingCosts(count, quick ? 1 : 3) }))
console.log(
  `\n${table(
    ['a lab that is up, of namespaces', ...standing.map(({ count }) => String(count))],
    [
      ['up() again', ...standing.map(({ again }) => show(again, 'ms'))],
      ['status()', ...standing.map(({ status }) => show(status, 'ms'))],
      ['one more, and back', ...standing.map(({ change }) => show(change, 'ms'))],
    ],
  )}`,
)

const leafSpine = leafSpineCosts(ROUNDS)
console.log(
  `\n${table(
    ['a leaf-spine of 4 spines, 8 leaves and 64 hosts in a sandbox', ''],
    [
      ['plan', show(leafSpine.plan, 'ms')],
      ['routeAll() of it', show(leafSpine.routeAll, 'ms')],
      ['up', show(leafSpine.up, 'ms')],
      ['down', show(leafSpine.down, 'ms')],
    ],
  )}`,
)

const answer = answerCost(LAB_ROUNDS)
console.log(`\nan answer by the kernel's state, of 20 namespaces: ${show(answer, 'ms')}`)

const imports = { import: importCost('module', ROUNDS), require: importCost('commonjs', ROUNDS) }
console.log(
  `\nover an empty program: import ${show(imports.import, 'ms')}, require ${show(imports.require, 'ms')}`,
)

if (write) {
  const docs = join(import.meta.dirname, '../docs')
  const results = {
    date: new Date().toISOString().slice(0, 10),
    starts: sizes.map(({ count, start }) => ({ count, start })),
    labs,
    plans,
    sandboxed,
    standing,
    leafSpine,
    answer,
    imports,
  }
  writeFileSync(join(docs, 'performance.json'), `${JSON.stringify(results, null, 2)}\n`)
  for (const verb of ['up', 'down'] as const) {
    writeFileSync(join(docs, `performance-${verb}.svg`), plot(labs, verb))
  }
}
