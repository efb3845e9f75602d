import { expect, test } from 'vitest'
import { Lab } from './explain/lab.js'
import { routed } from './explain/routed.js'
import { wayCases } from './explain/routed-ways.js'
import { suite } from './explain/suite.js'

suite('what stops a packet at routes and links', routed, wayCases)

test('GATEWAY_NOT_ONLINK: the kernel takes no route by a gateway beside the networks of its link', async () => {
  await using lab = await Lab.open({ ...routed, servers: [] })
  const route = 'ip -n a route add 10.0.3.0/24 via 10.9.9.9 dev eth0'
  await expect(lab.run(route)).rejects.toThrow('invalid gateway')
  await lab.run(`${route} onlink`)
})
