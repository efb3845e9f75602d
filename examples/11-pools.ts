// Addresses that the plan chooses: each segment gets a network of the pool, and each end an address in it.
import { net } from 'netloom'

export const plan = net
  .pool(['10.50.0.0/16', 'fd00:50::/48'])
  .host()
  .bridge('lan', { ip: 'auto' })
  .each(3, (host, i) => host.ns(`desk${i}`).ip('auto').attach('lan'))
  .ns('printer')
  .link('desk0', { ip: 'auto' })

await using lab = await plan.up({ sandbox: true })

// the bridge was first: it has 10.50.0.1, and desk2 is the third behind it
await lab.ns('desk2').$`ping -c1 -W1 10.50.0.1`
await lab.host('host').$`ping -c1 -W1 10.50.0.4`
console.log('the host has 10.50.0.1, and desk2 10.50.0.4')
await lab.ns('printer').$`ping -c1 -W1 fd00:50:0:1::1`
console.log('the link of the printer is a segment of its own: fd00:50:0:1::/64')
