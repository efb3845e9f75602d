// explain.mjs ROUNDS [COUNT]: how long it takes to read the state of a host with COUNT namespaces (20), to explain
// the way from its first namespace to its last, and to ask each namespace for a route to every other; medians and extremes in milliseconds. It makes them
// on a fresh host of its own.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [rounds = '15', count = '20', inside] = process.argv.slice(2)
const outfile = join(import.meta.dirname, '../node_modules/.cache/netloom/explain.mjs')

const HOST = `mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock
ip link set dev lo up
exec "$@"`

if (inside === undefined) {
  // what reads the state is not public yet
  const contents = `export { net } from './src/index.js'
export { collect } from './src/explain/live/collect.js'
export { askRoutes } from './src/explain/live/route-get.js'
export { explainPlaces } from './src/explain/live/explain.js'`
  await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, '..') },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader: { '.bash': 'text' },
  })
  const unshare = ['-n', '-m', '-p', '-f', '--mount-proc', '--propagation', 'private']
  const node = [process.execPath, import.meta.filename, rounds, count, 'inside']
  const { status } = spawnSync('unshare', [...unshare, 'bash', '-euc', HOST, 'host', ...node], {
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}

const { net, collect, askRoutes, explainPlaces } = await import(pathToFileURL(outfile).href)

const plan = net.host().each(Number(count), (host, i) =>
  host
    .ns(`demo${i}`)
    .ip(`10.${Math.floor(i / 250)}.${i % 250}.2/24`)
    .veth()
    .routeBothWays()
    .allowForward(),
)
const running = await plan.up()
const names = plan
  .toJSON()
  .resources.flatMap((resource) => (resource.kind === 'namespace' ? [resource.name] : []))
const namespaces = names.map((name) => ({ name, node: `host/${name}` }))
const host = { node: 'host', enter: [], namespaces }
const options = { readFilters: () => ({ tables: [], gaps: [] }) }
const addresses = plan
  .toJSON()
  .resources.flatMap((r) =>
    r.kind === 'address' && r.namespace !== undefined ? [r.cidr.split('/')[0]] : [],
  )
const questions = namespaces.flatMap(({ node }) =>
  addresses.map((destination) => ({ node, family: 4, destination })),
)

const check = ({ nodes }) => {
  const paired = nodes.flatMap(({ links }) => links.filter(({ peer }) => peer?.node !== undefined))
  if (paired.length !== 2 * names.length) throw new Error(`${paired.length} ends are paired`)
}
const jobs = {
  collect: async () => check((await collect([host], options)).state),
  explain: async () => {
    const answer = await explainPlaces([host], 'demo0', `demo${count - 1}`)
    if (answer.reachability !== 'REACHABLE') throw new Error(String(answer))
  },
  askRoutes: async () => {
    const answers = await askRoutes([host], questions)
    if (!answers.every(({ device }) => device)) throw new Error('a route is missing')
  },
}
const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]))
for (let i = 0; i <= Number(rounds); i += 1) {
  for (const [name, job] of Object.entries(jobs)) {
    const start = performance.now()
    await job()
    // the first is a program that is still waking up
    if (i > 0) times[name].push(performance.now() - start)
  }
}
await running.down()
const summary = Object.entries(times).map(([name, all]) => {
  const [least, median, most] = [0, 0.5, 1].map(
    (part) => [...all].sort((a, b) => a - b)[Math.floor(part * (all.length - 1))],
  )
  return [name, { median, least, most }]
})
console.log(
  JSON.stringify({
    namespaces: names.length,
    questions: questions.length,
    ...Object.fromEntries(summary),
  }),
)
