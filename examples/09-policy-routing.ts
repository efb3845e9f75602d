// A gateway with two ways out: what comes from the guests asks a table of routes of its own.
import { equal } from 'node:assert/strict'
import { net } from 'netloom'

export const plan = net
  .host()
  .bridge('exchange')
  .ns('fibre')
  .router()
  .ip('10.0.9.1/24')
  .attach('exchange')
  .ns('radio')
  .router()
  .ip('10.0.9.2/24')
  .attach('exchange')
  .ns('server')
  .ip('10.0.9.10/24')
  .attach('exchange')
  .route('10.0.1.0/24', { via: '10.0.9.1' })
  .route('10.0.2.0/24', { via: '10.0.9.2' })
  .ns('gate')
  .router()
  .link('fibre', { ip: ['10.0.81.1/30', '10.0.81.2/30'] })
  .link('radio', { ip: ['10.0.82.1/30', '10.0.82.2/30'] })
  .route('default', { via: '10.0.81.2' })
  .route('default', { via: '10.0.82.2', table: 100 })
  .rule({ from: '10.0.2.0/24', table: 100 })
  .at('fibre')
  .route('10.0.1.0/24', { via: '10.0.81.1' })
  .at('radio')
  .route('10.0.2.0/24', { via: '10.0.82.1' })
  .ns('staff')
  .link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  .route('default', { via: '10.0.1.1' })
  .ns('guest')
  .link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  .route('default', { via: '10.0.2.1' })

await using lab = await plan.up({ sandbox: true })

/** The second router on the way to the server: a packet that may go two steps ends there, and it says so. */
async function secondRouter(from: 'staff' | 'guest'): Promise<string | undefined> {
  const { $ } = lab.ns(from)
  const { stdout } = await $({ nothrow: true, quiet: true })`ping -n -c1 -W1 -t2 10.0.9.10`
  return /From (\S+)/.exec(stdout)?.[1]
}

equal(await secondRouter('staff'), '10.0.81.2')
console.log('staff -> server goes by fibre')
equal(await secondRouter('guest'), '10.0.82.2')
console.log('guest -> server goes by radio')
for (const name of ['staff', 'guest'] as const) await lab.ns(name).$`ping -c1 -W1 10.0.9.10`
console.log('and the server answers both')
