import { net } from 'netloom'
import { labTest } from 'netloom/vitest'
import { afterEach, describe, expect } from 'vitest'

const side = (name, cidr) => (host) => host.ns(name).ip(cidr).veth().routeBothWays().allowForward()
const plan = net.host().use(side('demo01', '10.0.1.2/24')).use(side('demo02', '10.0.2.2/24'))
const test = labTest(plan)

test('passes', async ({ lab }) => {
  await expect(lab).toReach('demo01', 'demo02')
})
test('fails', async ({ lab }) => {
  await lab.ns('demo02').$`ip link set dev eth0 down`
  await expect(lab).toReach('demo01', 'demo02')
})
test('times out', { timeout: 1_000 }, async ({ lab }) => {
  await lab.ns('demo01').$`sleep 1000`
})
describe('hooks', () => {
  afterEach(() => {
    throw new Error('in a hook')
  })
  test('passes, and then its hook throws', async ({ lab }) => {
    await expect(lab).toReach('demo02', 'demo01')
  })
})

const shared = labTest(plan, { scope: 'file' })
let first
shared('the first of a file has a lab', ({ lab }) => {
  first = lab
})
shared('the next has the same, and fails', async ({ lab }) => {
  expect(lab).toBe(first)
  await expect(lab).not.toReach('demo01', 'demo02')
})
