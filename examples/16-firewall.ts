// Who may ask whom: a database that only the web server reaches, and a router between that lets through what it must.
import { net } from 'netloom'

export const plan = net
  .host()
  .ns('gate')
  .router()
  .ns('web')
  .link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  .ns('db')
  .link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  .ns('guest')
  .link('gate', { ip: ['10.0.3.2/24', '10.0.3.1/24'] })
  .routeAll()
  // in the namespace itself: what comes to it
  .at('db')
  .allow({ from: 'web', protocol: 'tcp', port: 5432 })
  .allow({ from: 'web', protocol: 'icmp' })
  .policy('deny')
  // in the router: what it passes on, and what is for itself
  .at('gate')
  .deny({ from: 'guest', to: '10.0.0.0/8' })

await using lab = await plan.up({ sandbox: true })

for (const [from, to] of [
  ['web', 'db'],
  ['guest', 'db'],
  ['db', 'web'],
] as const) {
  const address = { web: '10.0.1.2', db: '10.0.2.2' }[to]
  const { exitCode } = await lab.ns(from).$`ping -c1 -W1 ${address}`.nothrow()
  console.log(`${from} -> ${to}: ${exitCode === 0 ? 'answers' : 'no answer'}`)
}
const why = await lab.explain('guest', 'db')
console.log(String(why))
