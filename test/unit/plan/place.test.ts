import { expect, test } from 'vitest'
import { named } from '../../../src/plan/place.js'

const hostsOf = (namespace: string) =>
  ({ demo01: ['node01', 'node03'], demo02: ['node03'] })[namespace] ?? []

test.each([
  ['demo01', 'demo01', ['node01', 'node03']],
  ['demo02', 'demo02', ['node03']],
  ['demo03', 'demo03', []],
  ['node03/demo01', 'demo01', ['node03']],
  ['node01/demo02', 'demo02', []],
  ['/demo01', 'demo01', []],
])('%s is %s of %j', (name, namespace, hosts) => {
  expect(named(name, hostsOf)).toEqual({ namespace, hosts })
})
