// Namespaces on a switch, and guests on one whose ports reach the host but not each other.
import { net } from 'netloom'

export const plan = net
  .host()
  .bridge('office', { ip: '10.0.1.1/24' })
  .each(3, (host, i) => host.ns(`desk${i}`).ip(`10.0.1.1${i}/24`).attach('office'))
  .bridge('guests', { ip: '10.0.2.1/24', isolated: true })
  .each(2, (host, i) => host.ns(`guest${i}`).ip(`10.0.2.1${i}/24`).attach('guests'))

await using lab = await plan.up({ sandbox: true })

await lab.ns('desk0').$`ping -c1 -W1 10.0.1.12`
console.log('desk0 -> desk2 answers')
await lab.ns('guest0').$`ping -c1 -W1 10.0.2.1`
console.log('guest0 -> host answers')
await lab.ns('guest0').$`! ping -c1 -W1 10.0.2.11`
console.log('guest0 -> guest1 does not')
