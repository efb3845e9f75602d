import { NetloomError } from '../errors.js'
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
  return cidrs.map((cidr) => ({
    cidr,
    prefix: poolPrefix(cidr, cidr.family === 4 ? prefix : prefix6),
  }))
}
