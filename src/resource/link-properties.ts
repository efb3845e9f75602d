import { macOf } from '../ip/hash.js'
import type { Lab } from './kind.js'

/** The same lab, place and interface give the same MAC for ever: neighbours' entries stay true. */
export const macFor = (lab: Lab, place: string, device: string): string =>
  macOf(`${lab.name} ${place} ${device}`)

/** Of a link for which nothing else is asked (`ETH_DATA_LEN`, linux/if_ether.h). */
export const DEFAULT_MTU = 1500

/** What both ends of a pair have alike. */
export interface LinkProperties {
  readonly mtu?: number | undefined
  readonly txQueueLen?: number | undefined
}

/** In the words of the command that makes a link. */
export function propertyWords({ mtu, txQueueLen }: LinkProperties): readonly string[] {
  return [
    ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
    ...(txQueueLen === undefined ? [] : ['txqueuelen', String(txQueueLen)]),
  ]
}
