// Two routers between two networks, with a route each, and networks to which there is no way.
import { net } from 'netloom'

export const plan = net
  .host()
  .ns('west')
  .router()
  .ns('east')
  .router()
  .link('west', { ip: ['10.0.0.2/30', '10.0.0.1/30'] })
  .route('10.0.1.0/24', { via: '10.0.0.1' })
  .at('west')
  .route('10.0.2.0/24', { via: '10.0.0.2' })
  .route('10.9.1.0/24', { type: 'unreachable' })
  .route('10.9.2.0/24', { type: 'prohibit' })
  .ns('paris')
  .link('west', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  .route('default', { via: '10.0.1.1' })
  .ns('berlin')
  .link('east', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  .route('default', { via: '10.0.2.1' })

await using lab = await plan.up({ sandbox: true })

// a packet begins with 64 hops, and each router takes one
await lab.ns('paris').$`ping -c1 -W1 10.0.2.2 | grep ttl=62`
console.log('paris -> berlin answers, from behind two routers')
const { $ } = lab.ns('paris')
const refused = $({ nothrow: true, quiet: true })
for (const address of ['10.9.1.1', '10.9.2.1']) {
  const { stdout } = await refused`ping -c1 -W1 ${address}`
  console.log(/From .*/.exec(stdout)?.[0])
}
