import { kindOf, type Resource } from '../resource/index.js'
import { quote } from '../step/quote.js'
import ahead from './engine/ahead.bash'
import base from './engine/base.bash'
import batch from './engine/batch.bash'
import change from './engine/change.bash'
import files from './engine/files.bash'
import filters from './engine/filters.bash'
import firewall from './engine/firewall.bash'
import first from './engine/first.bash'
import flows from './engine/flows.bash'
import holders from './engine/holders.bash'
import journal from './engine/journal.bash'
import labs from './engine/labs.bash'
import lanes from './engine/lanes.bash'
import lock from './engine/lock.bash'
import look from './engine/look.bash'
import netlink from './engine/netlink.pl'
import nft from './engine/nft.bash'
import nftLook from './engine/nft-look.bash'
import nftWords from './engine/nft-words.bash'
import overlaps from './engine/overlaps.bash'
import preflight from './engine/preflight.bash'
import rules from './engine/rules.bash'
import script from './engine/script.bash'
import settings from './engine/settings.bash'
import signals from './engine/signals.bash'
import start from './engine/start.bash'
import step from './engine/step.bash'
import undo from './engine/undo.bash'

/** What looks at a machine, what takes back, and what else stands behind a script and a run. */
const looking = [base, look, nftLook]
const undoing = [journal, settings, holders, undo]
const shared = [rules, firewall, nftWords, nft, flows, filters, files, preflight]

/** The questions of the kinds in use: what the steps ask before they are carried out. */
export function questions(resources: readonly Resource[]): string {
  return [...new Set(resources.map((resource) => kindOf(resource).engine))].join('\n')
}

/** The functions behind an exported script, and its words `up`, `down`, `status` and `help`. */
export function scriptEngine(resources: readonly Resource[]): string {
  return [
    ...[lock, ...looking, ...undoing, ...shared],
    ...[questions(resources), step, overlaps, signals, script],
  ].join('\n')
}

/** What a lane of the runner goes inside by, where it can; see there. */
const inside = [
  '# shellcheck disable=SC2016 # these words are for the other one',
  `readonly NETLINK=${quote(netlink)}`,
]

/**
 * What a run begins with: the look of `up`; that of `down`, and the removal itself; or the lock alone. Bash carries out what
 * stands between functions before it reads on.
 */
const BEGINNINGS = {
  up: { look: 'ask_ahead', change: ':' },
  down: { look: 'ask_down', change: 'begin_down' },
  lock: { look: ':', change: ':' },
} as const
export type Beginning = keyof typeof BEGINNINGS

/** The same functions for the runner, which hands over steps in batches and reads how they went. */
export function batchEngine(beginning?: Beginning): string {
  const begins = beginning === undefined ? undefined : BEGINNINGS[beginning]
  return [
    ...[lock, begins === undefined ? '' : 'ask_lock'],
    ...[...looking, first, begins === undefined ? '' : `begin_look ${begins.look}`],
    ...[start, ...undoing, begins?.change ?? ''],
    ...[...shared, ahead, step, change, ...inside, lanes, batch],
  ].join('\n')
}

/** The kinds that have rules of a firewall, on the host or inside. */
const WITH_RULES = ['accept', 'masquerade', 'publish', 'guard', 'gate', 'filter', 'policy'] as const
const withRules: ReadonlySet<string> = new Set(WITH_RULES)

type WithRules = Extract<Resource, { kind: (typeof WITH_RULES)[number] }>
const hasRules = (resource: Resource): resource is WithRules => withRules.has(resource.kind)

/** The tools that resources take, beside bash, in their order. Writes of settings and files are bash's own. */
export function toolsOf(resources: readonly Resource[]): readonly string[] {
  const tools = new Set(['ip'])
  for (const resource of resources) {
    if (hasRules(resource)) tools.add(resource.family === 4 ? 'iptables' : 'ip6tables')
  }
  return [...tools]
}

/** What lists the labs of a machine: the function `list_labs`. */
export const listEngine: string = labs
