import type { Running } from '../chain/running-types.js'
import type { Plan } from '../chain/types.js'
import type { RunningPlace } from '../run/types.js'

/** More places than these are not told of: a report is to be read. */
const MOST = 12

/** How a place looks: its addresses and its ways. */
const LOOK = 'ip -br addr; ip route; ip -6 route'
/** A host also has rules, with how many packets each has seen. */
const RULES = 'iptables -nvL FORWARD 2>/dev/null; ip6tables -nvL FORWARD 2>/dev/null'

async function seen(name: string, place: RunningPlace, command: string): Promise<string> {
  const { stdout } = await place.$({ nothrow: true, quiet: true })`bash -c ${command}`
  return `${name}:\n${stdout.trimEnd().replace(/^/gm, '  ')}`
}

/** The same for a report: what keeps the facts from being told is no error of its own. */
export const toldFacts = (plan: Plan, lab: Running): Promise<string> =>
  labFacts(plan, lab).catch((cause) => `the lab cannot be asked: ${cause}`)

/** What a lab looks like: which parts are not as the plan says, and what each place has. */
async function labFacts(plan: Plan, lab: Running): Promise<string> {
  const { hosts, resources } = plan.toJSON()
  const wrong = (await lab.status()).filter(({ state }) => state !== 'present')
  const parts = wrong.map(({ state, what }) => `${state}: ${what}`)
  const spaces = resources.flatMap((r) => (r.kind === 'namespace' ? [`${r.host}/${r.name}`] : []))
  const shown = spaces.slice(0, MOST)
  const looks = await Promise.all([
    ...hosts
      .slice(0, MOST)
      .map(({ name }) => seen(`host ${name}`, lab.host(name), `${LOOK}; ${RULES}`)),
    ...shown.map((name) => seen(`namespace ${name}`, lab.ns(name), LOOK)),
  ])
  return [
    wrong.length === 0 ? 'all parts of the lab are as the plan says' : parts.join('\n'),
    ...looks,
    ...(spaces.length > shown.length
      ? [`and ${spaces.length - shown.length} more namespaces`]
      : []),
  ].join('\n')
}

/** Adds to what an error says, wherever a runner reads it. */
export function addToError(error: unknown, text: string): void {
  if (!(error instanceof Error)) return
  const { message, stack } = error
  const longer = `${message}\n\n${text}`
  error.message = longer
  // it has the message in front
  if (stack?.includes(message) === true) error.stack = stack.replace(message, () => longer)
}
