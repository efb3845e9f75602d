// Ten namespaces with IPv4 and IPv6 each, made in a loop, on a host that declares no address.
import { net } from 'netloom'

export const plan = net
  .host()
  .each(10, (host, i) =>
    host
      .ns(`demo${i}`)
      .ip(`10.0.${i}.2/24`, `fd00:${i}::2/64`)
      .veth()
      .routeBothWays()
      .allowForward(),
  )

await using lab = await plan.up({ sandbox: true })

await lab.ns('demo0').$`ping -c1 -W1 10.0.9.2`
console.log('demo0 -> demo9 answers over IPv4')
await lab.ns('demo9').$`ping -6 -c1 -W1 fd00:0::2`
console.log('demo9 -> demo0 answers over IPv6')
