import assert from 'node:assert'
import { afterEach, describe, test } from 'node:test'
import { net } from 'netloom'
import { reach, withLab } from 'netloom/testing'

const side = (name, cidr) => (host) => host.ns(name).ip(cidr).veth().routeBothWays().allowForward()
const plan = net.host().use(side('demo01', '10.0.1.2/24')).use(side('demo02', '10.0.2.2/24'))

test(
  'passes',
  withLab(plan, async (lab) => {
    assert.ok((await reach(lab, 'demo01', 'demo02')).reached)
  }),
)
test(
  'fails',
  withLab(plan, async (lab) => {
    await lab.ns('demo02').$`ip link set dev eth0 down`
    const answer = await reach(lab, 'demo01', 'demo02')
    assert.ok(answer.reached, String(answer))
  }),
)
test(
  'times out',
  { timeout: 1_000 },
  withLab(plan, async (lab) => {
    await lab.ns('demo01').$`sleep 1000`
  }),
)
describe('hooks', () => {
  afterEach(() => {
    throw new Error('in a hook')
  })
  test(
    'passes, and then its hook throws',
    withLab(plan, async (lab) => {
      assert.ok((await reach(lab, 'demo02', 'demo01')).reached)
    }),
  )
})
