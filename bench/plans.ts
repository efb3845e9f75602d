// What plans and the import of the package cost: npm run bench
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { net } from 'netloom'

const SMALL = 500
const LARGE = 5_000
const ROUNDS = 7
const root = join(import.meta.dirname, '..')

/** Of several rounds, in milliseconds: the best tells what the work costs, the median what else the machine did. */
interface Times {
  readonly median: number
  readonly best: number
}

/** Each round works on something of its own, which is made before the clock starts. */
function time<T>(prepare: () => T, run: (subject: T) => unknown, rounds = ROUNDS): Times {
  const rows = Array.from({ length: rounds }, () => {
    const subject = prepare()
    const start = performance.now()
    run(subject)
    return performance.now() - start
  }).toSorted((a, b) => a - b)
  const at = (i: number) => rows[i] ?? Number.NaN
  return { median: at(Math.floor(rounds / 2)), best: at(0) }
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
const work: Record<string, (count: number) => Times> = {
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
function importCost(type: string, load: string): Times {
  const run = (code: string) => () =>
    execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: root })
  const rounds = 15
  const [loaded, bare] = [time(nothing, run(load), rounds), time(nothing, run(''), rounds)]
  return { median: loaded.median - bare.median, best: loaded.best - bare.best }
}

const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(12)
const ratio = (large: number, small: number) => (large / small).toFixed(1).padStart(7)
const row = (name: string, ...cells: string[]) => console.log(name.padEnd(26) + cells.join(''))
const heads = (...names: string[]) => names.map((name) => name.padStart(12))

const sizes = [...heads(`${SMALL} ns`, `${LARGE} ns`), 'ratio'.padStart(7)]
row(`${ROUNDS} rounds`, ...'median best'.split(' ').map((name) => name.padStart(31)))
row('', ...sizes, ...sizes)
for (const [name, run] of Object.entries(work)) {
  run(SMALL) // what the engine compiles first belongs to no round
  const [small, large] = [run(SMALL), run(LARGE)]
  const cells = (['median', 'best'] as const).flatMap((of) => [
    ms(small[of]),
    ms(large[of]),
    ratio(large[of], small[of]),
  ])
  row(name, ...cells)
}
console.log()
row('15 rounds', ...heads('median', 'best'))
const costs: [string, Times][] = [
  ["import 'netloom'", importCost('module', "await import('netloom')")],
  ["require('netloom')", importCost('commonjs', "require('netloom')")],
]
for (const [name, { median, best }] of costs) row(name, ms(median), ms(best))
