import { net, type Plan } from '../../src/index.js'

const one = net.host().ns('demo01').ip('10.0.1.2/24').veth().routeBothWays().allowForward()
const two = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
  .allowForward()
const across = two
  .host('node02', { address: '100.100.198.253/24', device: 'enp2s0', ssh: 'root@node02' })
  .routeTo('demo01', 'demo02')
const dual = net
  .host('node03', { address: ['100.100.198.250/24', 'fd00:64::250/64'] })
  .ns('demo01')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .allowForward({ direction: 'in' })
  .named('dual')

/** Plans of every shape: one host, several, dual stack, named, and one that has nothing yet. */
export const plans: Record<string, Plan> = { one, two, across, dual, empty: net.host() }
