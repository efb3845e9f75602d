import { expect, test } from 'vitest'
import { Machine } from './machine.js'
import { s1, s1WithoutRoutes } from './plans.js'

test('S1: without the routes neither way answers; with them both do, and the host end has no address', async () => {
  await using machine = await Machine.open()
  await using sdk = machine.sdk()
  await sdk.status(s1)
  const before = await machine.digest()

  expect((await sdk.up(s1WithoutRoutes)).error).toBeUndefined()
  expect(await machine.ping('', '10.0.1.2')).toBe('lost')
  expect(await machine.ping('demo01', '100.100.198.250')).toBe('unreachable')

  expect((await sdk.up(s1)).progress).toContain(
    'do ip route add 10.0.1.2/32 dev vethhost01 proto 78',
  )
  expect(await machine.ping('', '10.0.1.2')).toBe('answers')
  expect(await machine.ping('demo01', '100.100.198.250')).toBe('answers')
  expect(await machine.ok('ip -4 addr show dev vethhost01')).toBe('')

  expect((await sdk.down(s1)).error).toBeUndefined()
  expect(await machine.digest()).toBe(before)
})
