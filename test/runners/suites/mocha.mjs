import assert from 'node:assert'
import { net } from 'netloom'
import { reach, useLab, withLab } from 'netloom/testing'

const side = (name, cidr) => (host) => host.ns(name).ip(cidr).veth().routeBothWays().allowForward()
const plan = net.host().use(side('demo01', '10.0.1.2/24')).use(side('demo02', '10.0.2.2/24'))

it(
  'passes',
  withLab(plan, async (lab) => {
    assert.ok((await reach(lab, 'demo01', 'demo02')).reached)
  }),
)
it(
  'fails',
  withLab(plan, async (lab) => {
    await lab.ns('demo02').$`ip link set dev eth0 down`
    const answer = await reach(lab, 'demo01', 'demo02')
    assert.ok(answer.reached, String(answer))
  }),
).timeout(20_000)
describe('a lab for each', () => {
  const lab = useLab(plan, { before: beforeEach, after: afterEach })
  it('times out', async () => {
    await lab.ns('demo01').$`sleep 1000`
  }).timeout(1_000)
  it('passes', async () => {
    assert.ok((await reach(lab, 'demo02', 'demo01')).reached)
  })
})
describe('hooks', () => {
  const lab = useLab(plan, { before, after })
  afterEach(() => {
    throw new Error('in a hook')
  })
  it('passes, and then its hook throws', async () => {
    assert.ok((await reach(lab, 'demo02', 'demo01')).reached)
  })
})
