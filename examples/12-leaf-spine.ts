// A small data centre: two spines, two leaves, two hosts behind each leaf, and any host reaches any other.
import { net } from 'netloom'
import { leafSpine } from './topologies/index.js'

export const plan = net
  .pool(['10.50.0.0/16', 'fd00:50::/48'])
  .host()
  .use(leafSpine({ spines: 2, leaves: 2, hostsPerLeaf: 2 }))

await using lab = await plan.up({ sandbox: true })

// on their way from leaf to leaf packets pass three routers: a leaf, a spine, a leaf
const { $ } = lab.ns('host0-0')
const { stdout: addresses } = await lab.ns('host1-1').$`ip -o addr show dev eth0 scope global`
for (const [, address] of addresses.matchAll(/inet6? (\S+)\//g)) {
  await $`ping -n -c1 -W1 ${address} | grep ttl=61`
  console.log(`host0-0 -> host1-1 answers at ${address}, from behind three routers`)
}
