import type { Net } from './chain/net-types.js'
import { createNet } from './chain/network.js'
import { errorCodes, NetloomError } from './errors.js'
import { causeCodes, type ExplainHere } from './explain/types.js'
import type { Runner } from './run/runner.js'
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
  preview: refuse,
  list: refuse,
  downByName: refuse,
  downAll: refuse,
  gc: refuse,
  explain: refuse,
}

/** The beginning of every plan. In a browser plans are built, checked, exported and read, not run. */
export const net: Net = createNet(runner)

/** Answers for networks that netloom did not make; a browser has none. */
export const explain: ExplainHere = { here: refuse }

export type * from './public-types.js'
export { causeCodes, commandLine, errorCodes, NetloomError }
