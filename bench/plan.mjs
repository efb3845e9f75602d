// plan.mjs COUNT: what a plan of so many namespaces costs, stage by stage, in milliseconds, and the peak memory in MiB
import { net } from 'netloom'

const count = Number(process.argv[2])
const costs = {}

function time(name, work) {
  const start = performance.now()
  const value = work()
  costs[name] = performance.now() - start
  return value
}

const plan = time('build', () =>
  net.host().each(count, (host, i) =>
    host
      .ns(`demo${i}`)
      .ip(`10.${Math.floor(i / 250)}.${i % 250}.2/24`)
      .veth()
      .routeBothWays()
      .allowForward(),
  ),
)
const text = time('fold', () => JSON.stringify(plan))
time('bash', () => plan.toBash())
time('commands', () => plan.commands())
costs.memory = process.resourceUsage().maxRSS / 1024
time('parse and check', () => net.parse(text))
console.log(JSON.stringify(costs))
