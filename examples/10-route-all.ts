// The routes of a whole lab by one call, and what does not reach each other all the same: the printer hangs on alice,
// who is no router.
import { net } from 'netloom'

export const plan = net
  .host()
  .ns('north')
  .router()
  .ns('south')
  .router()
  .link('north', {
    ip: [
      ['10.0.0.2/30', 'fd00:9::2/64'],
      ['10.0.0.1/30', 'fd00:9::1/64'],
    ],
  })
  .ns('alice')
  .link('north', {
    ip: [
      ['10.0.1.2/24', 'fd00:1::2/64'],
      ['10.0.1.1/24', 'fd00:1::1/64'],
    ],
  })
  .ns('bob')
  .link('south', {
    ip: [
      ['10.0.2.2/24', 'fd00:2::2/64'],
      ['10.0.2.1/24', 'fd00:2::1/64'],
    ],
  })
  .ns('printer')
  .link('alice', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })
  .routeAll()

for (const { from, to, family, why } of plan.unreachable()) {
  console.log(`${from} -> ${to} over IPv${family}: ${why}`)
}

await using lab = await plan.up({ sandbox: true })

await lab.ns('alice').$`ping -c1 -W1 10.0.2.2`
console.log('alice -> bob answers over IPv4')
await lab.ns('bob').$`ping -c1 -W1 fd00:1::2`
console.log('bob -> alice answers over IPv6')
await lab.ns('bob').$`! ping -c1 -W1 10.0.3.2`
console.log('bob -> printer does not answer')
