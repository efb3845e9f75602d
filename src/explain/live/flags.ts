import type { Match } from '../../state/firewall.js'

const SYN = 'ack,fin,rst,syn'

/** Of the flags in `mask`, those of `set`; `--syn` has a name of its own. */
export function flagsMatch(mask: readonly string[], set: readonly string[]): Match {
  const isSyn = [...mask].sort().join() === SYN && set.join() === 'syn'
  return isSyn ? { match: 'syn' } : { match: 'flags', mask, set }
}
