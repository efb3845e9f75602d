import type { FoundLoss } from '../../src/explain/loss.js'
import type { CauseCode } from '../../src/explain/types.js'
import { type Answer, lineOf, objectOf } from './answer.js'
import type { Verdict } from './oracle.js'
import type { Shape } from './types.js'

/** The class of a cause: codes that nothing outside tells apart are one. */
const CLASSES: { readonly [C in CauseCode]?: string } = {
  FORWARDING_DISABLED: 'forwarding',
  RP_FILTER_STRICT: 'rp-strict',
  RP_FILTER_LOOSE: 'rp-loose',
  SOURCE_IS_LOCAL: 'local-source',
  SOURCE_MARTIAN: 'martian',
  NO_ROUTE: 'no-route',
  ROUTE_BLACKHOLE: 'blackhole',
  ROUTE_PROHIBIT: 'prohibit',
  ROUTE_UNREACHABLE: 'unreachable',
  NEIGHBOR_WRONG_LLADDR: 'wrong-mac',
  LINK_ADMIN_DOWN: 'link',
  LINK_NO_CARRIER: 'link',
  LO_DOWN: 'lo',
  MTU_EXCEEDED: 'mtu',
  TTL_EXPIRED: 'ttl',
  NO_LISTENER: 'no-socket',
  ECHO_IGNORED: 'echo-ignored',
  BRIDGE_DOWN: 'bridge',
  BRIDGE_PORT_ISOLATED: 'bridge',
  BRIDGE_NOT_MEMBER: 'bridge',
  ROUTE_LEAKS_TO_OTHER_IF: 'stray',
}

/** The sender of a question is checked as that of a packet is. */
const isRefused = (code: CauseCode) => /^(?:RP_FILTER|SOURCE)_/.test(code)

/** The node and the class of a loss, as a verdict would tell them; each is enough. */
function said(loss: FoundLoss, holder: string, shape: Shape): readonly string[] {
  const object = objectOf(loss)
  const byFilter = object === undefined ? [] : [`${loss.node} filter ${object}`]
  // a port that is down is one by which a bridge sends nothing
  const onBridge =
    isBridge(shape) &&
    loss.node === shape.router &&
    (loss.stage === 'NEIGHBOR' || (loss.stage === 'LINK_TX' && loss.node !== holder))
  if (onBridge) return [...byFilter, `${loss.node} bridge`]
  const isWrongEntry = loss.code === 'NEIGHBOR_WRONG_LLADDR' && loss.node === holder
  if (loss.stage === 'NEIGHBOR' && !isWrongEntry) {
    // what waits is with the one that asks, whoever is to blame
    const why = isRefused(loss.code) ? 'refused' : 'ignored'
    const waits = loss.node === holder ? 'neighbour absent' : `neighbour ${why} ${loss.node}`
    return [...byFilter, `${holder} ${waits}`]
  }
  if (byFilter.length > 0) return byFilter
  // routes go with their link; a rule of this type says the same as none
  const noRoute =
    (loss.code === 'LINK_ADMIN_DOWN' && loss.stage === 'ROUTE_LOOKUP') ||
    (loss.code === 'ROUTE_UNREACHABLE' && loss.route === undefined)
  return [`${loss.node} ${noRoute ? 'no-route' : (CLASSES[loss.code] ?? loss.code)}`]
}

const isLegacy = ({ crossing }: FoundLoss) => crossing?.table.backend === 'iptables-legacy'

/** Which of two tools was first at a hook is not told by either of them. */
const isUntold = (one: FoundLoss, other: FoundLoss) =>
  one.crossing !== undefined &&
  other.crossing !== undefined &&
  one.node === other.node &&
  one.stage === other.stage &&
  isLegacy(one) !== isLegacy(other)

/** A loss that may as well be the first: of two tools, or on the bridge by which a frame goes to a wrong MAC. */
const mayBeFirst = (first: FoundLoss, shape: Shape) => (other: FoundLoss) =>
  isUntold(first, other) ||
  (first.code === 'NEIGHBOR_WRONG_LLADDR' && isBridge(shape) && other.node === shape.router)

/** Whether two answers differ in more than what is not told. */
export function differ(one: Answer, other: Answer): boolean {
  if (lineOf(one) === lineOf(other)) return false
  const [a, b] = [one.loss, other.loss]
  return a === undefined || b === undefined || !isUntold(a, b)
}

/** Nothing where model and kernel agree; else what is wrong. */
export function disagreement(answer: Answer, verdict: Verdict, shape: Shape): string | undefined {
  const { reachability, loss, later = [], holder = '' } = answer
  if (verdict.outcome === 'answered') return reachability === 'REACHABLE' ? undefined : 'answered'
  if (reachability === 'REACHABLE') return 'lost'
  if (verdict.outcome === 'unclear') return undefined
  const { fits = [], direction } = verdict
  if (reachability === 'UNDETERMINED' || loss === undefined) {
    const isStray = fits.some((each) => each.endsWith(' stray'))
    return isStray ? undefined : `undetermined: ${lineOf(answer)}`
  }
  if (loss.direction !== direction) return `direction ${direction}`
  const first = [loss, ...later.filter(mayBeFirst(loss, shape))]
  const texts = first.flatMap((each) => said(each, holder, shape))
  // of several filters that stop a question for a neighbour, only one is told
  const stops = loss.stage === 'NEIGHBOR' && loss.crossing !== undefined
  const byAny = stops && fits.some((each) => each.startsWith(`${loss.node} filter `))
  return byAny || texts.some((text) => fits.includes(text))
    ? undefined
    : `${fits.join(' or ')}, not ${texts.join(' or ')}`
}

/** The lab has a bridge, and no router. */
export const isBridge = ({ ends }: Shape): boolean =>
  ends.every(({ gateway }) => Object.keys(gateway).length === 0)
