import * as z from 'zod/mini'
import type { RulePart } from '../state/firewall.js'
import engine from './filter.bash'
import {
  builtIn,
  chainOf,
  type FilterPlace,
  filterFields,
  filterStep,
  filterText,
  guardKey,
  ruleStep,
} from './filter-chain.js'
import { type Fields, type Kind, keys, placeOf } from './kind.js'

/** What no rule of a packet filter decides is dropped. */
export interface PolicyResource extends FilterPlace {
  readonly kind: 'policy'
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('policy'),
    ...filterFields(fields),
    call: fields.call,
  })

const DROP: readonly RulePart[] = [{ act: 'drop' }]
const WHY = 'what no rule decides does not pass'

export const policy: Kind<PolicyResource> = {
  schema,
  engine,
  describe: (r) => `${filterText(r)}: deny the rest`,
  claims: (r) => [
    {
      key: keys.other('policy', placeOf(r), r.family, r.hook),
      code: 'DUPLICATE_RULE',
      what: () => `the ${filterText(r)} denies the rest already`,
      value: r.hook,
    },
  ],
  needs: (r) => [
    { key: guardKey(r), code: 'MISSING_LINK', what: () => `${placeOf(r)} has no ${filterText(r)}` },
  ],
  steps: (r, lab) => [
    // the policy of a host's own chain is not the lab's
    r.namespace === undefined
      ? ruleStep(r, lab, chainOf(r, lab), DROP, WHY)
      : filterStep(r, '-P', [builtIn(r), 'DROP'], WHY),
  ],
  state: (r, draft, lab) => {
    if (r.namespace !== undefined) draft.at(placeOf(r)).dropping[r.family].add(builtIn(r))
    else draft.rule(r.host, r.family, 'filter', chainOf(r, lab), DROP, lab.mark)
  },
}
