import { NetloomError } from '../errors.js'
import { cidrFrom, parseCidr } from '../ip/cidr.js'
import { parseDestination } from '../ip/destination.js'
import { readOptions } from '../options.js'
import { type PoolSpec, poolPrefix } from '../plan/pool.js'
import { poolOptions } from './options.js'

/** Reads what a plan's addresses are to be taken of: at most one network of each family. */
export function readPools(pool: unknown, options: unknown): readonly PoolSpec[] {
  const { prefix, prefix6 } = readOptions('pool()', poolOptions, options)
  const cidrs = [pool].flat().map(parseDestination)
  if (cidrs.length === 0 || new Set(cidrs.map(({ family }) => family)).size < cidrs.length) {
    throw new NetloomError('BAD_ARGUMENT', 'pool() takes one network, or one of each family', {
      value: pool,
      hint: `Write it as net.pool('10.50.0.0/16'), or net.pool(['10.50.0.0/16', 'fd00:50::/48']).`,
    })
  }
  for (const [name, wanted, family] of [
    ['prefix', prefix, 4],
    ['prefix6', prefix6, 6],
  ] as const) {
    if (wanted === undefined || cidrs.some((cidr) => cidr.family === family)) continue
    throw new NetloomError('BAD_ARGUMENT', `pool(): ${name} is of IPv${family}, the pool is not`, {
      value: wanted,
      hint: `Give a network of IPv${family} too, or leave ${name} away.`,
    })
  }
  return cidrs.map((cidr): PoolSpec => {
    const spec = { cidr, prefix: poolPrefix(cidr, cidr.family === 4 ? prefix : prefix6) }
    checkUsable(spec)
    return spec
  })
}

/** What no interface can have is a whole block at the beginning or the end of a network that has it: 127.0.0.0/8, say. */
function checkUsable({ cidr: { family, text, first, last }, prefix }: PoolSpec): void {
  for (const value of [first + 1n, last - 1n]) {
    try {
      parseCidr(cidrFrom(family, value, prefix).text)
    } catch (cause) {
      throw new NetloomError(
        'BAD_CIDR',
        `pool(): ${text} has addresses in it that no interface can have`,
        { value: text, hint: `Give a private network, such as '10.50.0.0/16'.`, cause },
      )
    }
  }
}
