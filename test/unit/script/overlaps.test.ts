import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bits, type Cidr, cidrFrom, type Family, overlap } from '../../../src/ip/cidr.js'

const engine = readFileSync(
  join(import.meta.dirname, '../../../src/script/engine/overlaps.bash'),
  'utf8',
)

/** Sets of networks and of routes, asked one after another of one bash: what it finds in each. */
function found(sets: readonly { networks: readonly string[]; routes: readonly string[] }[]) {
  const asks = sets.map(
    ({ networks, routes }) =>
      `networks=(${networks.join(' ')}) routes_here=(${routes.map((to) => `'${to}'`).join(' ')})
      match_networks; printf '%s\\n' "\${overlaps[@]}" @`,
  )
  const input = ['set -euo pipefail', engine, ...asks].join('\n')
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-s'], {
    input,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  const answers = stdout.split('@\n').slice(0, -1)
  expect(answers).toHaveLength(sets.length)
  return answers.map((text) => text.split('\n').filter((line) => line !== ''))
}

const message = (network: string, route: string) =>
  `the network of ${network} overlaps a route of this host: ${route}`

/** Addresses that begin alike now and then, so that some networks overlap. */
const address = (family: Family) =>
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: (1n << BigInt(bits(family))) - 1n }),
      fc.constantFrom(0n, 10n << BigInt(bits(family) - 8), 0xffff_0a00_0000n),
      fc.integer({ min: 0, max: bits(family) }),
    )
    .map(([random, near, alike]) => {
      const rest = BigInt(bits(family) - alike)
      const value = ((near >> rest) << rest) | (random & ((1n << rest) - 1n))
      return value & ((1n << BigInt(bits(family))) - 1n)
    })

const cidr = (family: Family) =>
  fc
    .tuple(address(family), fc.integer({ min: 0, max: bits(family) }))
    .map(([value, prefix]) => cidrFrom(family, value, prefix))

const anyCidr = fc.constantFrom<Family>(4, 6).chain(cidr)
const pairs = fc.constantFrom<Family>(4, 6).chain((family) => fc.tuple(cidr(family), cidr(family)))

/** As `ip route` prints it: the network itself, and a single address alone. */
function asRoute(route: Cidr): string {
  const { family, first, prefix } = route
  const network = cidrFrom(family, first, prefix)
  return prefix === bits(family) ? network.address : network.text
}

describe('networks that overlap a route, as bash finds them', () => {
  test('are those that the SDK finds, of random pairs of both families', () => {
    const sample = fc.sample(pairs, 3_000)
    const sets = sample.map(([a, b]) => ({ networks: [a.text], routes: [asRoute(b)] }))
    const expected = sample.map(([a, b]) => (overlap(a, b) ? [message(a.text, asRoute(b))] : []))
    expect(found(sets)).toEqual(expected)
    // neither always nor never
    const share = expected.filter((each) => each.length > 0).length / sample.length
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.9)
  })

  test('are those that the SDK finds among many of mixed families, in the same order', () => {
    const many = fc.tuple(
      fc.array(anyCidr, { maxLength: 12 }),
      fc.array(anyCidr, { maxLength: 12 }),
    )
    const sample = fc.sample(many, 150)
    const expected = sample.map(([networks, routes]) =>
      routes.flatMap((to) =>
        networks.filter((each) => overlap(each, to)).map(({ text }) => message(text, asRoute(to))),
      ),
    )
    const sets = sample.map(([networks, routes]) => ({
      networks: networks.map(({ text }) => text),
      routes: routes.map(asRoute),
    }))
    expect(found(sets)).toEqual(expected)
  })

  test('of IPv6 also where ip writes the end of an address as IPv4', () => {
    const networks = ['::ffff:a01:203/128', 'fd00::1/64']
    const routes = [
      '::ffff:10.0.0.0/104',
      '::ffff:11.0.0.0/104 dev x',
      '::10.0.0.0/120',
      'fd00::/16',
    ]
    expect(found([{ networks, routes }])).toEqual([
      [message('::ffff:a01:203/128', '::ffff:10.0.0.0/104'), message('fd00::1/64', 'fd00::/16')],
    ])
  })

  test('of 1,000 addresses and 50 routes take less than half a second', () => {
    const networks = Array.from({ length: 1_000 }, (_, i) =>
      i % 2 === 0 ? `10.${i >> 8}.${i & 255}.2/24` : `fd00:1:${i.toString(16)}::2/64`,
    )
    const routes = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0
        ? `172.16.${i}.0/${20 + (i % 12)}`
        : `fd77:${i.toString(16)}::/${32 + i} dev eth0`,
    )
    const input = `set -euo pipefail
${engine}
networks=(${networks.join(' ')}) routes_here=(${routes.map((to) => `'${to}'`).join(' ')})
TIMEFORMAT=%U
time match_networks
[[ \${#overlaps[@]} == 0 ]]`
    // of the processor: the machine may be busy with something else
    const { status, stderr } = spawnSync('bash', ['--norc', '-s'], { input, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^\d+\.\d+\n$/)])
    expect(Number(stderr)).toBeLessThan(0.5)
  })
})
