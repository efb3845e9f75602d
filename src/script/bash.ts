import { NetloomError } from '../errors.js'
import { labOf } from '../plan/lab.js'
import { recordOf } from '../plan/record.js'
import type { PlanJson } from '../plan/schema.js'
import { eachStep } from '../plan/steps.js'
import { kindOf, type Resource } from '../resource/index.js'
import type { Lab } from '../resource/kind.js'
import { quote } from '../step/quote.js'
import { scriptEngine, toolsOf } from './engine.js'
import { planFunction } from './plan-function.js'

/**
 * The one host that is meant.
 *
 * @throws NetloomError `SEVERAL_HOSTS`, `UNKNOWN_NAME`
 */
function hostOf(plan: PlanJson, host: string | undefined): string {
  const names = plan.hosts.map(({ name }) => name)
  const [only, ...others] = names
  if (host === undefined) {
    if (only !== undefined && others.length === 0) return only
    throw new NetloomError(
      'SEVERAL_HOSTS',
      `a script is for one host, the plan has ${names.join(', ')}`,
      { value: names, hint: `Name one: toBash({ host: '${only}' }).` },
    )
  }
  if (names.includes(host)) return host
  throw new NetloomError('UNKNOWN_NAME', `the plan has no host ${JSON.stringify(host)}`, {
    value: host,
    hint: `Its hosts are ${names.join(', ')}.`,
  })
}

/** What is said of a tool. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['ip', 'iproute2 (4.14 or newer)'],
  ['iptables', 'iptables (or nft)'],
  ['ip6tables', 'ip6tables (or nft)'],
])

const wrap = (items: readonly string[]) => items.map((item) => `#   ${item}`).join('\n')

/** A tool that is asked only where ports are published, and that may be missing. */
const OPTIONAL = 'conntrack (optional: old flows follow what is published)'

/** What is said of files, where there are any. */
const FILES = `
# Each word behind the name of a file is a line of it. One that was there before is put back.`

function header(
  made: readonly Resource[],
  host: string,
  lab: Lab,
  tools: readonly string[],
): string {
  const needs = tools.map((tool) => NEEDS.get(tool) ?? tool)
  if (made.some(({ kind }) => kind === 'publish')) needs.push(OPTIONAL)
  const makes = made.map((resource) => kindOf(resource).describe(resource))
  return `#!/usr/bin/env bash
# The lab ${lab.name} on host ${host}. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
${makes.length === 0 ? '#   nothing' : wrap(makes)}
# Needs: bash (4.4 or newer), coreutils, ${needs.join(', ')}; root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/${lab.name}, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.${made.some(({ kind }) => kind === 'file') ? FILES : ''}`
}

/** What is kept of the plan while the lab is up. */
const record = (
  plan: PlanJson,
  host: string,
) => `# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
${recordOf(plan, host)}
END OF THE PLAN
}
`

/** A plan as one self-contained bash script for one of its hosts. */
export function toBash(plan: PlanJson, wanted: string | undefined): string {
  const host = hostOf(plan, wanted)
  const lab = labOf(plan)
  const resources = plan.resources.filter((resource) => resource.host === host)
  // the steps of a large plan are never all there at once
  const steps = planFunction(eachStep(plan, host))
  const tools = toolsOf(resources)
  return `${header(resources, host, lab, tools)}
set -euo pipefail
${preamble(plan, host, lab, tools)}
readonly root=/run/netloom owner=$$

${steps}

${record(plan, host)}
# ---- what carries the steps out: the same for every lab ----

${scriptEngine(resources)}`
}

/** The words of tools are read in one language, and network tools may stand where a user's search path does not look. */
export const ENVIRONMENT = 'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"'

/** The names and numbers that the engine takes. */
function preamble(plan: PlanJson, host: string, lab: Lab, tools: readonly string[]): string {
  const declared = plan.hosts.find(({ name }) => name === host)?.addresses ?? []
  return [
    ENVIRONMENT,
    `readonly lab=${quote(lab.name)} group=${lab.group}`,
    `readonly tools=(${tools.join(' ')})`,
    `readonly addresses=(${declared.map(quote).join(' ')})`,
  ].join('\n')
}
