import { net } from 'netloom'
import { labTest } from 'netloom/vitest'

const side = (name, cidr) => (host) => host.ns(name).ip(cidr).veth().routeBothWays().allowForward()
const plan = net.host().use(side('demo01', '10.0.1.2/24')).use(side('demo02', '10.0.2.2/24'))

export const test = labTest(plan, { scope: 'worker' })
