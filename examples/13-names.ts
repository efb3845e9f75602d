// Namespaces that know each other by name, and ask a name server of their own.
import { net } from 'netloom'

export const plan = net
  .pool(['10.50.0.0/16', 'fd00:50::/48'])
  .host()
  .bridge('office')
  .ns('a')
  .ip('auto')
  .attach('office')
  .dns(['10.50.0.53', 'fd00:50::53'], { search: ['lab.test'] })
  .ns('b')
  .ip('auto')
  .attach('office')
  .hosts()

await using lab = await plan.up({ sandbox: true })

console.log(await lab.ns('a').$`getent ahosts b`.text())
await lab.ns('a').$`ping -c1 -W1 b`
console.log('a -> b answers by its name')
await lab.ns('b').$`ping -6 -c1 -W1 a`
console.log('b -> a answers by its name over IPv6')
console.log(await lab.ns('a').$`cat /etc/resolv.conf`.text())
