import type { Net } from './chain/net-types.js'
import { createNet } from './chain/network.js'
import { errorCodes, NetloomError } from './errors.js'
import { causeCodes, type ExplainHere } from './explain/types.js'
import type { Runner } from './run/runner.js'
import { commandLine } from './step/quote.js'

// zx and all that touches the machine is loaded when something runs, not before.
const load = () => import('./run/index.js')

const loadExplain = () => import('./explain/live/index.js')

const runner: Runner = {
  up: async (plan, options, into) => (await load()).up(plan, options, into),
  down: async (plan, options) => (await load()).down(plan, options),
  status: async (plan, options) => (await load()).status(plan, options),
  preview: async (plan, options) => (await load()).preview(plan, options),
  list: async (options) => (await load()).list(options),
  downByName: async (name, options) => (await load()).downByName(name, options),
  downAll: async (options) => (await load()).downAll(options),
  gc: async (keep, options) => (await load()).gc(keep, options),
  explain: async (lab, from, to, options) =>
    (await loadExplain()).explainLab(lab, from, to, options),
}

/** The beginning of every plan: `net.host()`, `net.parse(text)`. */
export const net: Net = createNet(runner)

/** Answers for networks that netloom did not make. */
export const explain: ExplainHere = {
  here: async (from, to, options) => (await loadExplain()).explainHere(from, to, options),
}

export type * from './public-types.js'
export { causeCodes, commandLine, errorCodes, NetloomError }
