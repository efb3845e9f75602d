import type { CauseCode } from '../../../src/explain/types.js'
import { bridgeCases } from './bridged.js'
import type { Case } from './cases.js'
import { lineCases } from './line.js'
import { nftCases } from './nft.js'
import { filterCases } from './routed.js'
import { neighbourCases, wayCases } from './routed-ways.js'

export const allCases: readonly Case[] = [
  ...filterCases,
  ...nftCases,
  ...wayCases,
  ...neighbourCases,
  ...bridgeCases,
  ...lineCases,
]

/** Why a cause has no case on a real kernel. */
export const NOT_MADE: { readonly [C in CauseCode]?: string } = {
  GATEWAY_NOT_ONLINK: 'the kernel refuses such a route when it is made, so no packet meets it',
  UNDETERMINED_NO_PERMISSION: 'who makes a sandbox may read all of it',
}

/** Why a cause is not met on the way back. */
export const ONE_WAY: { readonly [C in CauseCode]?: string } = {
  BRIDGE_DOWN: 'a bridge that is down stops the packet on its way there already',
  BRIDGE_NOT_MEMBER: 'a link that is no port stops the packet on its way there already',
  BRIDGE_PORT_ISOLATED: 'two ports are isolated from each other',
  ECHO_IGNORED: 'the destination does so',
  LO_DOWN: 'a packet to an own address comes by the loopback both ways',
  NAT_MISSING: 'a reply goes back as its connection came',
  NO_LISTENER: 'who has asked waits for the answer',
  SOURCE_MARTIAN: 'the source of a reply is an address that was reached',
  UNDETERMINED_FOREIGN_MATCH: 'as there; a rule that cannot be told is one whichever way',
  UNDETERMINED_OUTSIDE: 'what came from outside began outside',
}

/** Those that are of a reply alone. */
export const BACK_ONLY: readonly CauseCode[] = ['CT_UNTRACKED_REPLY', 'REPLY_NOT_ESTABLISHED']
