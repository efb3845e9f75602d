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

/** The node and the class of what a model says, as a verdict would tell them. */
function said(
  { loss, holder }: Answer,
  isBridge: boolean,
): { node: string; class: string } | undefined {
  if (loss === undefined) return undefined
  const object = objectOf(loss)
  // a port that is down is one by which a bridge sends nothing
  const isPort = isBridge && loss.node !== holder && loss.stage === 'LINK_TX'
  if (isPort) return { node: loss.node, class: 'bridge' }
  if (
    loss.stage === 'NEIGHBOR' &&
    !(loss.code === 'NEIGHBOR_WRONG_LLADDR' && loss.node === holder)
  ) {
    // what waits is with the one that asks, whoever is to blame
    const silent = loss.node !== holder
    return {
      node: holder ?? '',
      class: silent
        ? `neighbour ${isRefused(loss.code) ? 'refused' : 'ignored'} ${loss.node}`
        : 'neighbour absent',
    }
  }
  if (object !== undefined) return { node: loss.node, class: `filter ${object}` }
  // routes go with their link; a rule of this type says the same as none
  const noRoute =
    (loss.code === 'LINK_ADMIN_DOWN' && loss.stage === 'ROUTE_LOOKUP') ||
    (loss.code === 'ROUTE_UNREACHABLE' && loss.route === undefined)
  if (noRoute) return { node: loss.node, class: 'no-route' }
  return { node: loss.node, class: CLASSES[loss.code] ?? loss.code }
}

/** Nothing where model and kernel agree; else what is wrong. */
export function disagreement(
  answer: Answer,
  verdict: Verdict,
  isBridge: boolean,
): string | undefined {
  if (verdict.outcome === 'answered')
    return answer.reachability === 'REACHABLE' ? undefined : 'answered'
  if (answer.reachability === 'REACHABLE') return 'lost'
  if (verdict.outcome === 'unclear') return undefined
  if (answer.reachability === 'UNDETERMINED') {
    const isStray = verdict.fits?.some((each) => each.endsWith(' stray')) === true
    return isStray ? undefined : `undetermined: ${lineOf(answer)}`
  }
  const model = said(answer, isBridge)
  if (model === undefined || answer.loss === undefined) return 'no loss'
  if (answer.loss.direction !== verdict.direction) return `direction ${verdict.direction}`
  const text = `${model.node} ${model.class}`
  return verdict.fits?.includes(text) === true
    ? undefined
    : `${verdict.fits?.join(' or ')}, not ${text}`
}

/** The lab has a bridge, and no router. */
export const isBridge = ({ ends }: Shape): boolean =>
  ends.every(({ gateway }) => Object.keys(gateway).length === 0)
