import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { everyCall } from './fixtures.js'

describe('the canonical form', () => {
  test.each(Object.entries(everyCall))('%s: the same bytes after reading', (_, make) => {
    const text = JSON.stringify(make())
    expect(JSON.stringify(net.parse(text))).toBe(text)
    expect(JSON.stringify(make())).toBe(text)
  })

  test('keys in another order are the same plan', () => {
    for (const make of Object.values(everyCall)) {
      const text = JSON.stringify(make())
      const shuffled = JSON.stringify(JSON.parse(text), (_, value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      )
      expect(shuffled).not.toBe(text)
      expect(JSON.stringify(net.parse(shuffled))).toBe(text)
    }
  })

  test('a name that was given last stands where one that was given first does', () => {
    const first = JSON.parse(JSON.stringify(everyCall['named first']()))
    const last = JSON.parse(JSON.stringify(everyCall['named last']()))
    expect(Object.keys(first)).toEqual(['format', 'version', 'name', 'hosts', 'resources'])
    expect(last).toEqual(first)
  })

  test('the name that was given last holds', () => {
    expect(everyCall['named twice']().toJSON().name).toBe('second')
  })

  test('an option that is undefined leaves no trace', () => {
    const plain = net.host('a').ns('n').ip('10.0.1.2/24').veth().allowForward()
    const options = { address: undefined, device: undefined, ssh: undefined }
    const spelt = net
      .host('a', options)
      .ns('n')
      .ip('10.0.1.2/24')
      .veth({ hostEnd: undefined, nsEnd: undefined })
      .allowForward({ direction: undefined })
    const bare = (plan: { toJSON(): object }) =>
      JSON.stringify(plan).replaceAll(/"call":"[^"]*"/g, '"call":""')
    expect(bare(spelt)).toBe(bare(plain))
    expect(JSON.stringify(spelt)).not.toContain('undefined')
  })
})
