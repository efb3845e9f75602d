import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { labName, labOf } from '../../../src/plan/lab.js'
import { s3 } from './fixtures.js'

const nameOf = (plan: Plan) => labName(plan.toJSON())

describe('the name of a lab', () => {
  test('comes of the hosts and the first namespace', () => {
    expect(nameOf(net.host())).toBe('host')
    expect(nameOf(net.host().ns('demo01'))).toBe('host-demo01')
    expect(nameOf(s3())).toBe('node03-node02-demo01')
  })

  test('stays while a plan of these hosts is edited behind its first namespace', () => {
    const before = net.host('node03').ns('demo01')
    const after = before.ip('10.0.1.2/24').veth().routeBothWays().ns('demo02')
    expect(nameOf(after)).toBe(nameOf(before))
  })

  test('is the one that named() gave', () => {
    expect(nameOf(s3().named('web'))).toBe('web')
  })

  test('is no longer than 63 characters; then a tag of the whole tells it from its like', () => {
    const [a, b] = ['a', 'b'].map((end) =>
      nameOf(net.host('h'.repeat(40)).ns('n'.repeat(40) + end)),
    )
    expect(a).toMatch(/^h{40}-n{13}-[0-9a-z]{8}$/)
    expect(a).toHaveLength(63)
    expect(a).not.toBe(b)
    expect(nameOf(net.host('h'.repeat(40)).ns(`${'n'.repeat(40)}a`))).toBe(a)
    // one that just fits stays whole
    expect(nameOf(net.host('h'.repeat(31)).ns('n'.repeat(31)))).toBe(
      `${'h'.repeat(31)}-${'n'.repeat(31)}`,
    )
  })
})

describe('the marks of a lab', () => {
  test('are of its name alone', () => {
    const web = labOf(s3().named('web').toJSON())
    expect(web).toEqual(labOf(net.host().named('web').toJSON()))
    expect(web).toMatchObject({ name: 'web', mark: 'netloom:web' })
  })

  test('the group is one that ip takes, and that nobody gives by hand', () => {
    const groups = Array.from(
      { length: 2000 },
      (_, i) => labOf(net.host().named(`lab${i}`).toJSON()).group,
    )
    for (const group of groups) {
      expect(Number.isInteger(group)).toBe(true)
      expect(group).toBeGreaterThanOrEqual(2 ** 29)
      expect(group).toBeLessThan(2 ** 30)
    }
    expect(new Set(groups).size).toBeGreaterThan(1995)
  })

  test('they stand in the commands: group on the links, comment on the rules', () => {
    const plan = net.host().named('web').ns('a').ip('10.0.1.2/24').veth().allowForward()
    const { group, mark } = labOf(plan.toJSON())
    const lines = plan.commands().map(({ argv }) => argv.join(' '))
    expect(lines.filter((line) => line.includes(` group ${group} `))).toHaveLength(2)
    expect(lines.filter((line) => line.includes(` --comment ${mark} `))).toHaveLength(2)
  })
})
