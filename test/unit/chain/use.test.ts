import { expect, test } from 'vitest'
import { type HostPlan, type NamespacePlan, net } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

test('use() gives the plan to a function, and what that gives', () => {
  const plan = net.host()
  expect(plan.use((given) => given === plan)).toBe(true)
})

test('a part of the user reads like a call of the chain', () => {
  const address =
    (cidr: string) =>
    <C extends NamespacePlan>(ns: C) =>
      ns.ip(cidr).veth().routeBothWays()
  const pair = <P extends string, H extends string>(host: HostPlan<P, H>) =>
    host.ns('left').use(address('10.0.1.2/24')).ns('right').use(address('10.0.2.2/24'))
  const written = net
    .host()
    .ns('left')
    .ip('10.0.1.2/24')
    .veth()
    .routeBothWays()
    .ns('right')
    .ip('10.0.2.2/24')
    .veth()
    .routeBothWays()
  expect(JSON.stringify(net.host().use(pair))).toBe(JSON.stringify(written))
})

test('what is no function is refused', () => {
  for (const value of [undefined, 'x', {}]) {
    expectRefusal(() => net.host().use(value as never), { code: 'BAD_ARGUMENT', value })
  }
})
