import { type HostPlan, net } from 'netloom'
import { expectTypeOf, test } from 'vitest'
import { chain, leafSpine, star, tree } from '../../examples/topologies/index.js'

// These are types only: vitest compiles this file and runs none of it.

const host = net.pool('10.50.0.0/16').host('lab')

test('the names of a topology stand in the type of the plan, beside those that it has', () => {
  expectTypeOf(host.use(star(3))).toEqualTypeOf<HostPlan<'lab' | `lab/node${number}`, 'lab'>>()
  expectTypeOf(host.use(chain(3))).toEqualTypeOf<HostPlan<'lab' | `lab/r${number}`, 'lab'>>()
  expectTypeOf(host.use(tree({ depth: 1, fanOut: 2 }))).toEqualTypeOf<
    HostPlan<'lab' | `lab/r${number}` | `lab/h${number}`, 'lab'>
  >()
  const plan = host.ns('client').use(leafSpine({ spines: 1, leaves: 1, hostsPerLeaf: 1 }))
  plan.at('client').link('leaf0')
  plan.at('host0-0')
  // @ts-expect-error there is no such name
  plan.at('hots0-0')
  // @ts-expect-error nor one of another topology
  plan.at('r0')
})
