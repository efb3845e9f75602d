import { isBridge } from './compare.js'
import { LINK_LAYER, type Sight } from './sight.js'
import type { TraceEvent } from './trace.js'

/** What an inquest asks of the lab, and notes. */
export interface Clerk {
  note(text: string): void
  /** The error by which the kernel itself refuses a look-up; nothing where it knows a way. */
  lookUp(node: string, question: string): Promise<string | undefined>
}

/** A question for a neighbour is told by its length: ARP, or neighbour discovery with the asker's own MAC. */
const QUESTIONS = { 4: 28, 6: 72 } as const

/** The entry for which a packet waits at a node. */
export interface Waiting {
  readonly node: string
  readonly address: string
  readonly link: string
}

/** Why a neighbour does not answer: what fits. */
export async function unresolved(
  sight: Sight,
  { node, address, link }: Waiting,
  clerk: Clerk,
): Promise<readonly string[]> {
  if (sight.witness(node)?.down.has(link)) {
    clerk.note(`${link} of ${node} has no carrier`)
    return [`${node} link`]
  }
  const onBridge = lostOnBridge(sight, node, link, clerk)
  if (onBridge !== undefined) return onBridge
  const stray = link === sight.usual(node) ? [] : [`${node} stray`]
  const heard = heardBy(sight, node, address, link)
  const owner = sight.nodeOf(heard?.device)
  if (heard === undefined || owner === undefined) return [`${node} neighbour absent`, ...stray]
  clerk.note(`${owner} has ${address}, and was asked by ${heard.device}`)
  const why = await silence(sight, { node, address, link }, heard, clerk)
  return [...why.map((each) => `${node} neighbour ${each} ${owner}`), ...stray]
}

/** A question is routed like a packet before it is answered: refused for that, or ignored for another reason. */
async function silence(
  sight: Sight,
  { node, address, link }: Waiting,
  { device }: TraceEvent,
  clerk: Clerk,
): Promise<readonly string[]> {
  const owner = sight.nodeOf(device) ?? ''
  if (sight.flow.family === 6) return ['ignored']
  // which address the asker gave is not seen: one of the packet's, or of the link
  const own = [...(sight.witness(node)?.addresses ?? [])].map((each) => each.split(' '))
  const { source, destination } = sight.flow
  const senders = own.flatMap(([on, text = '']) =>
    on === link || text === source || text === destination ? [text] : [],
  )
  const errors = await Promise.all(
    [source, destination, ...senders].map((sender) =>
      clerk.lookUp(owner, `${address} from ${sender} iif ${device}`),
    ),
  )
  const refused = errors.some((error) => error !== undefined)
  const taken = errors.some((error) => error === undefined)
  return [...(refused ? ['refused'] : []), ...(taken ? ['ignored'] : [])]
}

/** Where a question of a link came to one that has the address: over IPv6 by that link, over IPv4 anywhere. */
function heardBy(
  sight: Sight,
  asker: string,
  address: string,
  link: string,
): TraceEvent | undefined {
  const { events, flow } = sight
  const length = QUESTIONS[flow.family]
  const asked = events.filter(
    (e) => e.what === 'queue' && e.device === link && e.length === length + LINK_LAYER,
  )
  // a bridge sends copies; else the buffer that was sent is received
  const heard = isBridge(sight.shape)
    ? events.slice(asked[0] === undefined ? events.length : events.indexOf(asked[0]))
    : asked.flatMap((e) => sight.next(e) ?? [])
  return heard.find(({ what, device = '', length: own }) => {
    const node = sight.nodeOf(device)
    if (what !== 'receive' || own !== length || node === undefined || node === asker) return false
    const addresses = [...(sight.witness(node)?.addresses ?? [])]
    return flow.family === 6
      ? addresses.includes(`${device} ${address}`)
      : addresses.some((each) => each.endsWith(` ${address}`))
  })
}

/** A question that came to a bridge, and left it by no other port. */
function lostOnBridge(
  sight: Sight,
  node: string,
  link: string,
  clerk: Clerk,
): readonly string[] | undefined {
  const { shape, events, flow } = sight
  if (!isBridge(shape) || node === shape.router) return undefined
  const length = QUESTIONS[flow.family] + LINK_LAYER
  const down = sight.witness(shape.router)?.down
  // a port that has just lost its carrier is still sent to
  const passedOn = events.some(
    ({ what, device = '', length: own }) =>
      what === 'queue' &&
      own === length &&
      sight.nodeOf(device) === shape.router &&
      down?.has(device) !== true,
  )
  if (passedOn) return undefined
  const by = shape.ends.find((end) => end.link === link)?.facing
  const came = events.filter((e) => e.what === 'receive' && e.device === by)
  const reasons = came.flatMap((e) => sight.nextFree(e)?.reason ?? [])
  clerk.note(`came to ${shape.router} by ${by}, freed: ${reasons.join(', ')}`)
  return [`${shape.router} bridge`, `${node} neighbour absent`]
}
