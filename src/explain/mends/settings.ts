import { linkOf, type NetState, type NodeState, nodeOf } from '../../state/state.js'
import { lookup } from '../routing.js'
import { segmentOf } from '../segment.js'
import { type Edit, mend, setSetting } from './edit.js'
import { allowForward, cursor } from './plan.js'
import type { Candidate, Maker } from './types.js'
import { spoken } from './words.js'

const of = (link: string, name: string) => `net.ipv4.conf.${link}.${name}`

/** Of a setting that counts for the link and for all links alike, what makes it 0. */
export const zero = (node: NodeState, link: string, name: string): readonly Edit[] =>
  ['all', link]
    .map((each) => of(each, name))
    .filter((setting) => (node.settings[setting] ?? '0') !== '0')
    .map((setting) => setSetting(node.node, setting, '0'))

/** `router()` of a namespace that the plan does not make one. */
function routerCall(plan: NetState, node: string): string | undefined {
  const own = node.includes('/') ? nodeOf(plan, node) : undefined
  const isRouter = own?.settings['net.ipv4.ip_forward'] === '1'
  return own === undefined || isRouter ? undefined : `${cursor(plan, node)}.router()`
}

const forwarding: Maker = (wanting) => {
  const { state, loss, wanted } = wanting
  const { node, packet, position, setting, link = position.in ?? '' } = loss
  const own = nodeOf(state, node)
  if (own === undefined || setting === undefined) return []
  const whole = packet.family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding'
  const call = wanted && routerCall(wanted, node)
  const all = mend(
    {
      description: `let ${spoken(node)} forward IPv${packet.family}`,
      scope: 'host-wide',
      ...(call === undefined ? {} : { sdkChange: call }),
      sideEffects: [
        `${spoken(node)} forwards between all of its links`,
        ...(packet.family === 6 ? ['it takes no default route of router advertisements then'] : []),
      ],
    },
    [setSetting(node, whole, '1')],
  )
  if (packet.family === 6) return [...allowForward(wanting), all]
  const answer = lookup(own, { ...packet, in: link })
  const back = answer.found === 'route' ? answer.route.device : undefined
  const links = [link, ...(back === undefined || back === link ? [] : [back])].filter(
    (each) => own.settings[of(each, 'forwarding')] === '0',
  )
  const some = mend(
    {
      description: `let ${spoken(node)} forward what comes by ${links.join(' and ')}`,
      scope: 'host-wide',
      sideEffects: [`all that comes by ${links.join(' and ')} is forwarded`],
    },
    links.map((each) => setSetting(node, of(each, 'forwarding'), '1')),
  )
  // a 1 that is written over a 1 changes no link
  return setting.name === whole ? [some, ...allowForward(wanting), all] : [some]
}

const echo: Maker = ({ loss: { node, setting } }) =>
  setting === undefined
    ? []
    : [
        mend(
          {
            description: `let ${spoken(node)} answer pings`,
            scope: 'host-wide',
            sideEffects: [`${spoken(node)} answers the pings of everybody`],
          },
          [setSetting(node, setting.name, '0')],
        ),
      ]

/** Who asks stands on the segment of the link that does not answer. */
const announce: Maker = ({ state, loss: { node, link = '' } }): readonly Candidate[] => {
  const own = nodeOf(state, node)
  const found = own && linkOf(own, link)
  if (own === undefined || found === undefined) return []
  return segmentOf(state, own, found).receivers.map((sender) =>
    mend(
      {
        description: `let ${spoken(sender.node.node)} ask by ARP with an address of the network that it asks for`,
        scope: 'host-wide',
        sideEffects: [`it asks so for all neighbours on ${sender.link.name}`],
      },
      [setSetting(sender.node.node, of(sender.link.name, 'arp_announce'), '2')],
    ),
  )
}

/** Loose: for a link with addresses it is enough that there is some way back. */
export const loosen = (node: NodeState, link: string): Candidate | undefined => {
  const hasAddress = node.addresses.some((a) => a.family === 4 && a.link === link)
  if (!hasAddress) return undefined
  return mend(
    {
      description: `let ${spoken(node.node)} take what comes by ${link} from any source to which it has a way`,
      scope: 'host-wide',
      sideEffects: [`sources that belong behind another link are taken by ${link} as well`],
    },
    [setSetting(node.node, of(link, 'rp_filter'), '2')],
  )
}

export const settingMakers = {
  FORWARDING_DISABLED: forwarding,
  ECHO_IGNORED: echo,
  ARP_SOURCE_OFF_SUBNET: announce,
} satisfies Record<string, Maker>
