// What plans and the import of the package cost: npm run bench
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { net } from 'netloom'

const SMALL = 500
const LARGE = 5_000
const ROUNDS = 7
const root = join(import.meta.dirname, '..')

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The median of several rounds, in milliseconds; each round works on something of its own. */
function time<T>(prepare: () => T, run: (subject: T) => unknown, rounds = ROUNDS): number {
  const rows = Array.from({ length: rounds }, () => {
    const subject = prepare()
    const start = performance.now()
    run(subject)
    return performance.now() - start
  })
  return median(rows)
}

const plan = (count: number) =>
  net.host().each(count, (host, i) =>
    host
      .ns(`demo${i}`)
      .ip(`10.${Math.floor(i / 250)}.${i % 250}.2/24`)
      .veth()
      .routeBothWays()
      .allowForward(),
  )

const nothing = () => undefined
const work: Record<string, (count: number) => number> = {
  'build and JSON.stringify': (count) => time(nothing, () => JSON.stringify(plan(count))),
  'commands()': (count) =>
    time(
      () => plan(count),
      (p) => p.commands(),
    ),
  'toBash()': (count) =>
    time(
      () => plan(count),
      (p) => p.toBash(),
    ),
  'net.parse(text)': (count) =>
    time(
      () => JSON.stringify(plan(count)),
      (text) => net.parse(text),
    ),
}

/** How much longer Node.js runs where it loads the package as well. */
function importCost(type: string, load: string): number {
  const run = (code: string) => () =>
    execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: root })
  const rounds = 15
  return time(nothing, run(load), rounds) - time(nothing, run(''), rounds)
}

const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(12)
const row = (name: string, ...cells: string[]) => console.log(name.padEnd(28) + cells.join(''))

const head = [SMALL, LARGE].map((count) => `${count} ns`.padStart(12))
row(`median of ${ROUNDS}`, ...head, 'ratio'.padStart(9))
for (const [name, run] of Object.entries(work)) {
  run(SMALL) // what the engine compiles first belongs to no round
  const [small, large] = [run(SMALL), run(LARGE)]
  row(name, ms(small), ms(large), (large / small).toFixed(1).padStart(9))
}
console.log(`\n${'import, median of 15'.padEnd(28)}`)
row("import 'netloom'", ms(importCost('module', "await import('netloom')")))
row("require('netloom')", ms(importCost('commonjs', "require('netloom')")))
