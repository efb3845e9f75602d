import { linkOf, nodeOf } from '../../state/state.js'
import { updateLink } from './change.js'
import { type Edit, mend, setSetting } from './edit.js'
import { filterMakers } from './filters.js'
import type { Maker } from './types.js'
import { spoken, tool } from './words.js'

const isolated: Maker = ({ loss: { node, link = '' } }) => [
  mend(
    {
      description: `let the port ${link} of ${spoken(node)} speak to the isolated ports of its bridge`,
      scope: 'host-wide',
      sideEffects: [`${link} speaks to all ports of its bridge`],
    },
    [
      {
        command: tool('bridge', node, 'link', 'set', 'dev', link, 'isolated', 'off'),
        apply: (state) =>
          updateLink(state, node, link, ({ port }) =>
            port === undefined ? {} : { port: { ...port, isolated: false } },
          ),
      },
    ],
  ),
]

const join: Maker = ({ loss: { node, link = '', peer } }) =>
  peer === undefined
    ? []
    : [
        mend(
          {
            description: `make ${link} of ${spoken(node)} a port of the bridge ${peer.link}`,
            scope: 'host-wide',
            sideEffects: [`what is behind ${link} stands on the segment of ${peer.link}`],
          },
          [
            {
              command: tool('ip', node, 'link', 'set', 'dev', link, 'master', peer.link),
              apply: (state) =>
                updateLink(state, node, link, () => ({
                  master: peer.link,
                  port: { isolated: false, state: 'forwarding', hairpin: false },
                })),
            },
          ],
        ),
      ]

/** Bridged frames are shown to the rules of routed packets by a setting, or by the bridge itself. */
const seen: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, packet, position } = loss
  const own = nodeOf(state, node)
  const name = position.in ?? position.out
  const bridge = name === undefined ? undefined : own && linkOf(own, name)
  const accept = filterMakers.BRIDGE_NF_DROP(wanting)
  if (own === undefined || bridge === undefined) return accept
  const family = packet.family === 4 ? 'iptables' : 'ip6tables'
  const setting = `net.bridge.bridge-nf-call-${family}`
  const key = packet.family === 4 ? 'callIptables' : 'callIp6tables'
  const edits: readonly Edit[] = [
    ...((own.settings[setting] ?? '0') === '0' ? [] : [setSetting(node, setting, '0')]),
    ...(bridge.bridge?.[key] !== true
      ? []
      : [
          {
            command: tool(
              'ip',
              node,
              ...['link', 'set', 'dev', bridge.name, 'type', 'bridge', `nf_call_${family}`, '0'],
            ),
            apply: (before: typeof state) =>
              updateLink(before, node, bridge.name, (link) =>
                link.bridge === undefined ? {} : { bridge: { ...link.bridge, [key]: false } },
              ),
          },
        ]),
  ]
  return [
    ...accept,
    mend(
      {
        description: `do not show to the rules of ${family} what ${spoken(node)} bridges`,
        scope: 'host-wide',
        sideEffects: [`no rule of ${family} filters what is bridged any more`],
      },
      edits,
    ),
  ]
}

export const bridgeMakers = {
  BRIDGE_PORT_ISOLATED: isolated,
  BRIDGE_NOT_MEMBER: join,
  BRIDGE_NF_DROP: seen,
} satisfies Record<string, Maker>
