// A namespace that reaches what has no route to it: what leaves the host bears the host's address.
import { net } from 'netloom'

export const plan = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .masquerade()
  // a host of its own, which knows nothing of 10.0.1.0/24
  .host('server', { address: '100.100.198.1/24', device: 'enp2s0' })

await using lab = await plan.up({ sandbox: true })

const server = lab.host('server')
await server.$`iptables -A INPUT -p icmp -s 100.100.198.250`
await lab.ns('demo01').$`ping -c1 -W1 100.100.198.1`
const { stdout } = await server.$`iptables -nvL INPUT`
const [, packets] = /^\s*(\d+).*100\.100\.198\.250/m.exec(stdout) ?? []
console.log(`demo01 is answered; the server saw ${packets} packet of 100.100.198.250`)
