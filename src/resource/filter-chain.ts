import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import { iptablesWords } from '../state/iptables-words.js'
import type { StepDraft } from '../step/step.js'
import { type Fields, keys, type Lab, placeOf } from './kind.js'

/** When a packet is asked for: where it ends, where it is passed on, where it begins. */
export type FilterHook = 'input' | 'forward' | 'output'

export const FILTER_HOOKS = ['input', 'forward', 'output'] as const

/** The packet filter of a namespace, or of a host, at one hook. */
export interface FilterPlace {
  readonly host: string
  readonly namespace?: string | undefined
  readonly family: 4 | 6
  readonly hook: FilterHook
}

/** Its part of a schema. */
export const filterFields = (fields: Fields) => ({
  host: fields.place,
  namespace: z.optional(fields.place),
  family: z.union([z.literal(4), z.literal(6)]),
  hook: z.enum(FILTER_HOOKS),
})

/** The claim of what every packet filter has first. */
export const guardKey = (at: FilterPlace): string =>
  keys.other('guard', placeOf(at), at.family, at.hook)

/** In words, for messages: `the filter of h/a for IPv4 input`. */
export const filterText = (at: FilterPlace): string =>
  `filter of ${placeOf(at)} for IPv${at.family} ${at.hook}`

const toolOf = ({ family }: FilterPlace): 'iptables' | 'ip6tables' =>
  family === 4 ? 'iptables' : 'ip6tables'

/** The chain that the kernel has for a hook. */
export const builtIn = ({ hook }: FilterPlace): string => hook.toUpperCase()

/**
 * The chain of a lab's filter. A namespace is the lab's own; on a host, where others have rules too, the lab has chains of
 * its own, which only what comes or goes by a link of the lab is asked by. (A name of a chain has at most 28 characters.)
 */
export const chainOf = (at: FilterPlace, lab: Lab): string =>
  at.namespace === undefined ? `netloom-${lab.group}-${at.hook}` : builtIn(at)

/** The chain of its rules: on a host one that is called, so that what is added later stands before the policy. */
export const rulesChainOf = (at: FilterPlace, lab: Lab): string =>
  at.namespace === undefined ? `${chainOf(at, lab)}-r` : chainOf(at, lab)

/** How a step says what it does to a chain of the table `filter`: in a namespace it goes with that, else it is taken back. */
export function filterStep(
  at: FilterPlace,
  action: '-A' | '-I' | '-N' | '-P',
  words: readonly string[],
  why: string,
): StepDraft {
  const tool = toolOf(at)
  const { namespace } = at
  const common = ['-w', '5', '-t', 'filter']
  const args = [...common, action, ...words]
  const listOf = (chain = '') => `chain ${namespace ?? '-'} ${tool} ${chain}`
  if (namespace !== undefined) {
    const seen = ['filter', namespace, tool, action, ...words]
    return {
      ...{ tool, namespace, args, seen, phase: 'configure', why },
      ties:
        action === '-P'
          ? { back: { args: [...common, '-P', builtIn(at), 'ACCEPT'] } }
          : { list: listOf(words[0]) },
      undo: { with: `namespace ${namespace}` },
    }
  }
  const back = action === '-N' ? '-X' : '-D'
  const seen = ['filter', '-', tool, action, ...words]
  return {
    ...{ tool, args, seen, phase: 'forward', why },
    ...(action === '-A' ? { ties: { list: listOf(words[0]) } } : {}),
    undo: { argv: [tool, ...common, back, ...words] },
  }
}

/** A step that adds a rule at the end of a chain. */
export const ruleStep = (
  at: FilterPlace,
  lab: Lab,
  chain: string,
  parts: readonly RulePart[],
  why: string,
): StepDraft => filterStep(at, '-A', [chain, ...iptablesWords(parts, lab.mark)], why)
