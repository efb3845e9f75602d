import { familyOf } from '../../ip/cidr.js'
import type { HostPlaces } from '../../run/types.js'
import type { Asked } from '../recorder.js'
import { routeText } from '../route-loss.js'
import type { Walked } from '../walk.js'
import type { HostOptions } from './host.js'
import { askRoutes, type RouteAnswer, type RouteQuestion } from './route-get.js'

function questionOf({ node, question }: Asked): RouteQuestion {
  const { destination, source, in: by, mark, protocol, sourcePort, destinationPort } = question
  return {
    node,
    family: familyOf(destination),
    destination,
    source,
    iif: by === 'lo' ? undefined : by,
    mark,
    protocol,
    sourcePort,
    destinationPort,
  }
}

/** What the kernel said, in words; nothing where it says what the walk found. */
function difference({ node, question, route }: Asked, answer: RouteAnswer): string | undefined {
  const to = `${question.destination} at ${node}`
  if ('code' in answer) {
    if (route === undefined || answer.code === 'UNKNOWN') return undefined
    return `asked for a route to ${to}, the kernel answers "${answer.text}", and not ${routeText(route)}`
  }
  const { device, gateway, type } = answer
  const said = [gateway === undefined ? '' : `via ${gateway} `, `dev ${device}`].join('')
  if (route === undefined)
    return `asked for a route to ${to}, the kernel answers ${said}, where none was found`
  const isLocal = route.type !== 'unicast'
  const same = isLocal
    ? type !== 'unicast'
    : device === route.device && (gateway ?? '') === (route.gateway ?? '')
  return same
    ? undefined
    : `asked for a route to ${to}, the kernel answers ${said}, and not ${routeText(route)}`
}

/** Asks the kernel for each route that the walk looked up. Gives what it says otherwise. */
export async function disagreements(
  places: readonly HostPlaces[],
  { forward, back }: Walked,
  options: HostOptions,
): Promise<readonly string[]> {
  const asked = [...forward.recorder.lookups, ...(back?.recorder.lookups ?? [])]
  const answers = await askRoutes(places, asked.map(questionOf), options)
  return asked.flatMap((each, i) => {
    const answer = answers[i]
    return (answer && difference(each, answer)) ?? []
  })
}
