// Another host reaches the namespaces. In the sandbox both hosts stand on one segment.
import { net } from 'netloom'

export const plan = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
  .allowForward()
  .host('node02', { address: '100.100.198.253/24', device: 'enp2s0' })
  .routeTo('demo01', 'demo02')

await using lab = await plan.up({ sandbox: true })

await lab.host('node02').$`ping -c1 -W1 10.0.1.2`
console.log('node02 -> demo01 answers')
await lab.ns('demo02').$`ping -c1 -W1 100.100.198.253`
console.log('demo02 -> node02 answers')
