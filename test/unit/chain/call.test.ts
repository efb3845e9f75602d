import { expect, test } from 'vitest'
import { callText } from '../../../src/chain/call.js'
import { net } from '../../../src/index.js'

test('a call is shown as it was written', () => {
  expect(callText('routeBothWays', [])).toBe('routeBothWays()')
  expect(callText('veth', ['a', undefined])).toBe("veth('a')")
  expect(callText('allowForward', [{ direction: 'in', x: undefined }])).toBe(
    "allowForward({ direction: 'in' })",
  )
  expect(callText('link', ['b', { ip: ['10.0.1.1/30', ['10.0.1.2/30']] }])).toBe(
    "link('b', { ip: ['10.0.1.1/30', ['10.0.1.2/30']] })",
  )
})

test('each resource has the call that made it, also where it is long', () => {
  const names = Array.from({ length: 40 }, (_, i) => `namespace-${i}`)
  const hosts = net
    .host('a', { address: '192.0.2.1/24' })
    .each(names, (host, name) =>
      host
        .ns(name)
        .ip(`10.0.${names.indexOf(name)}.2/24`)
        .veth(),
    )
    .host('b')
    .routeTo(...(names as never[]))
  const call = hosts.toJSON().resources.at(-1)?.call
  expect(call).toMatch(/^routeTo\('namespace-0', .*\.\.\.\)$/)
  expect(call).toHaveLength(200)
  expect(JSON.stringify(net.parse(JSON.stringify(hosts)))).toBe(JSON.stringify(hosts))
})
