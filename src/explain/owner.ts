import type { FilterRule } from '../state/firewall.js'
import { linkOf, type NetState, nodeOf } from '../state/state.js'
import type { FoundLoss } from './loss.js'
import type { Cause } from './types.js'

/** The marks that netloom gives to what it makes. */
const COMMENT = 'netloom:'
const PROTOCOL = '78'
const FIRST_GROUP = 0x2000_0000

const isOurs = (rule: FilterRule | undefined) => rule?.comment?.startsWith(COMMENT) === true

/** A policy bears no mark. In a namespace whose chain has rules of a lab it is the lab's; that of a host never is. */
const isOurPolicy = ({ crossing, node }: FoundLoss) =>
  crossing?.isPolicy === true && node.includes('/') && crossing.base.rules.some(isOurs)

/** Whose the thing is by which a packet is lost: of a lab, of the kernel's beginning, or of somebody else. */
export function owner(state: NetState, loss: FoundLoss): Cause['owner'] {
  if (loss.code === 'NO_ROUTE') return 'kernel-default'
  const { crossing, route, setting, link, node } = loss
  if (isOurs(crossing?.rule) || isOurPolicy(loss)) return 'sdk'
  if (crossing !== undefined) return 'foreign'
  if (setting !== undefined) return setting.value === '0' ? 'kernel-default' : 'foreign'
  if (route !== undefined) return route.protocol === PROTOCOL ? 'sdk' : 'foreign'
  const own = nodeOf(state, node)
  const found = link === undefined || own === undefined ? undefined : linkOf(own, link)
  const marks = [
    found,
    found?.peer?.node &&
      nodeOf(state, found.peer.node)?.links.find(({ name }) => name === found.peer?.link),
  ]
  return marks.some((each) => typeof each === 'object' && each.group >= FIRST_GROUP)
    ? 'sdk'
    : 'foreign'
}
