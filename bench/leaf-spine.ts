// leaf-spine.ts ROUNDS: how long a leaf-spine of 4 spines, 8 leaves and 64 hosts takes in a sandbox: the plan, routeAll()
// in it, until it is up, and until it is gone, in a program that has had one already; in milliseconds
import { net } from 'netloom'
import { leafSpine } from '../examples/topologies/index.js'

function time<T>(work: () => T) {
  const start = performance.now()
  const value = work()
  return { value, ms: performance.now() - start }
}

const make = () =>
  net
    .pool(['10.50.0.0/16', 'fd00:50::/48'])
    .host()
    .use(leafSpine({ spines: 4, leaves: 8, hostsPerLeaf: 8 }))

const { hosts, resources, ...rest } = make().toJSON()
const bare = {
  ...rest,
  hosts,
  resources: resources.filter(({ call }) => call !== 'routeAll()'),
}
const last = resources.findLast((r) => r.kind === 'address' && r.namespace === 'host7-7')
const farthest = last?.kind === 'address' ? last.cidr.split('/')[0] : ''
const rounds: Record<string, number>[] = []
for (let i = 0; i <= Number(process.argv[2]); i += 1) {
  const made = time(make)
  const routed = net.parse(bare)
  const routes = time(() => routed.routeAll())
  const start = performance.now()
  const lab = await made.value.up({ sandbox: true })
  const up = performance.now() - start
  await lab.ns('host0-0').$`ping -qc1 -W2 ${farthest}`
  const end = performance.now()
  await lab.down()
  rounds.push({ plan: made.ms, routeAll: routes.ms, up, down: performance.now() - end })
}
console.log(JSON.stringify(rounds))
