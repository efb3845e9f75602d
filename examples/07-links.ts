// A link between two namespaces, which carries long packets and has names and MAC addresses that were chosen.
import { net } from 'netloom'

export const plan = net
  .host()
  .ns('disk')
  .ns('server')
  .link('disk', {
    ip: ['10.0.1.1/30', '10.0.1.2/30'],
    device: 'storage0',
    peerDevice: 'server0',
    mtu: 9000,
    mac: '02:00:00:00:01:01',
    peerMac: '02:00:00:00:01:02',
  })

await using lab = await plan.up({ sandbox: true })

// 28 bytes of each packet are headers; -M do: never in fragments
await lab.ns('server').$`ping -c1 -W1 -M do -s ${9000 - 28} 10.0.1.2`
console.log('a packet of 9000 bytes gets an answer')
await lab.ns('server').$`! ping -c1 -W1 -M do -s ${9001 - 28} 10.0.1.2`
console.log('one of 9001 does not leave')
await lab.ns('server').$`ip neigh show 10.0.1.2 dev storage0 | grep 02:00:00:00:01:02`
console.log('disk answers by its MAC address')
