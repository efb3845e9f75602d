const { net } = require('netloom')
const { reachMatchers, useLab, withLab } = require('netloom/testing')

expect.extend(reachMatchers)
const side = (name, cidr) => (host) => host.ns(name).ip(cidr).veth().routeBothWays().allowForward()
const plan = net.host().use(side('demo01', '10.0.1.2/24')).use(side('demo02', '10.0.2.2/24'))

test(
  'passes',
  withLab(plan, async (lab) => {
    await expect(lab).toReach('demo01', 'demo02')
  }),
)
test(
  'fails',
  withLab(plan, async (lab) => {
    await lab.ns('demo02').$`ip link set dev eth0 down`
    await expect(lab).toReach('demo01', 'demo02')
  }),
)
describe('hooks', () => {
  const lab = useLab(plan, { before: beforeEach, after: afterEach })
  afterEach(() => {
    if (expect.getState().currentTestName.includes('hook throws')) throw new Error('in a hook')
  })
  test('times out', async () => {
    await lab.ns('demo01').$`sleep 1000`
  }, 1_000)
  test('passes, and then its hook throws', async () => {
    await expect(lab).toReach('demo02', 'demo01')
  })
})
