import { SEGMENT } from '../../plan/place.js'
import type { CauseCode, Mend } from '../types.js'
import { bridgeMakers } from './bridges.js'
import { filterMakers } from './filters.js'
import { linkMakers } from './links.js'
import { neighbourMakers } from './neighbours.js'
import { routeMakers } from './routes.js'
import { settingMakers } from './settings.js'
import { socketMakers } from './sockets.js'
import { tried } from './try.js'
import type { Maker, Wanting } from './types.js'

/** Of a source that cannot come over a link, and of a route in a circle, the mend is another question. */
const makers: { readonly [C in CauseCode]?: Maker } = {
  ...filterMakers,
  ...linkMakers,
  ...neighbourMakers,
  ...routeMakers,
  ...settingMakers,
  ...socketMakers,
  ...bridgeMakers,
}

/** How many mends of one scope are told: the first ones are the smallest. */
const MOST = 3

/** The mends of a loss that were seen to let the packet go on, in the model; the smallest first. */
export function mendsFor(wanting: Wanting): readonly Mend[] {
  // what connects the hosts is on none of them
  if (wanting.loss.node === SEGMENT) return []
  const candidates = makers[wanting.loss.code]?.(wanting) ?? []
  const mends = candidates.flatMap((candidate) => tried(wanting, candidate) ?? [])
  return (['this-flow', 'host-wide'] as const).flatMap((scope) => {
    const own = mends.filter((mend) => mend.scope === scope)
    return [...own.filter(({ verified }) => verified), ...own.filter((m) => !m.verified)].slice(
      0,
      MOST,
    )
  })
}
