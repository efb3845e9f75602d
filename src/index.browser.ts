import { createNet } from './chain/network.js'
import type { Net } from './chain/types.js'
import { errorCodes, NetloomError } from './errors.js'
import type { Runner } from './run/types.js'
import { commandLine } from './step/quote.js'

async function refuse(): Promise<never> {
  throw new NetloomError('UNSUPPORTED_PLATFORM', 'a browser cannot make network namespaces', {
    hint: 'Export the plan (toBash, JSON.stringify) and run it on Linux.',
  })
}

const runner: Runner = {
  up: refuse,
  down: refuse,
  status: refuse,
  list: refuse,
  downByName: refuse,
  downAll: refuse,
  gc: refuse,
  explain: refuse,
}

/** The beginning of every plan. In a browser plans are built, checked, exported and read, not run. */
export const net: Net = createNet(runner)

export type * from './public-types.js'
export { commandLine, errorCodes, NetloomError }
