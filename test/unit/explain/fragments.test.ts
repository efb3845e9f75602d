import { expect, test } from 'vitest'
import { chain, lost, ping } from './made.js'

const small = (...links: readonly string[]) => ({
  nodes: chain().nodes.map((node) => ({
    ...node,
    routes: node.routes.map((r) => (links.includes(r.device ?? '') ? { ...r, mtu: 1300 } : r)),
  })),
})

test('the reply to a ping may be cut, the ping that is asked about may not', () => {
  const large = ping({ length: 1400 })
  expect(lost(small('ra'), large)).toEqual([])
  expect(lost(small('vb'), large)).toEqual([])
  expect(lost(small('rb'), large)).toEqual(['forward r MTU_EXCEEDED'])
})
