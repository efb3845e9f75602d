// One namespace that talks to its host. Run it: npx jiti examples/01-one-namespace.ts
import { net } from 'netloom'

export const plan = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()

// A sandbox: the host is emulated, and nothing of this machine is touched.
await using lab = await plan.up({ sandbox: true })

await lab.host('node03').$`ping -c1 -W1 10.0.1.2`
console.log('node03 -> demo01 answers')
await lab.ns('demo01').$`ping -c1 -W1 100.100.198.250`
console.log('demo01 -> node03 answers')
