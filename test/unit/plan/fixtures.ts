import { net } from '../../../src/index.js'
import type { Resource } from '../../../src/resource/index.js'

export const NODE03 = { address: '100.100.198.250/24', device: 'enp2s0' } as const
export const NODE02 = { address: '100.100.198.253/24', device: 'enp2s0' } as const

/** Scenario S3: two hosts, two namespaces, and every kind of resource but the IPv6 ones. */
export const s3 = () =>
  net
    .host('node03', NODE03)
    .ns('demo01')
    .ip('10.0.1.2/24')
    .veth('vethhost01', 'vethdemo01')
    .routeBothWays()
    .allowForward()
    .ns('demo02')
    .ip('10.0.2.2/24')
    .veth('vethhost02', 'vethdemo02')
    .routeBothWays()
    .allowForward()
    .host('node02', NODE02)
    .routeTo('demo01', 'demo02')

/** One namespace with IPv4 and IPv6, on a host that declares nothing: gateways on the host end. */
export const dualStack = () =>
  net.host().ns('web').ip('10.0.1.2/24', 'fd00:1::2/64').veth().routeBothWays().allowForward()

/** Plans in which every call of the chain is used, in every order that matters to the JSON form. */
export const everyCall = {
  'one host alone': () => net.host(),
  'a host with all options': () =>
    net.host('a', { address: ['192.0.2.1/24', 'fd00:9::1/64'], device: 'eth0', ssh: 'root@a:22' }),
  s3,
  'dual stack': dualStack,
  'named first': () => net.host().named('lab').ns('a').ip('10.0.1.2/24').veth(),
  'named last': () => net.host().ns('a').ip('10.0.1.2/24').veth().named('lab'),
  'named twice': () => net.host().named('first').ns('a').named('second'),
  'addresses behind the link': () =>
    net.host().ns('a').veth().ip('10.0.1.2/24').ip('10.0.1.3/24', 'fd00:1::2/64').routeBothWays(),
  'two links': () =>
    net.host().ns('a').ip('10.0.1.2/24').veth().veth({ hostEnd: 'x' }).ip('10.0.2.2/24'),
  'one direction each': () =>
    net
      .host()
      .ns('a')
      .ip('10.0.1.2/24')
      .veth({ hostEnd: 'ha', nsEnd: 'na' })
      .allowForward({ direction: 'in' })
      .ns('b')
      .ip('fd00:2::2/64')
      .veth()
      .allowForward({ direction: 'out' }),
  'a loop, a part, and back': () =>
    net
      .host('h')
      .each(3, (host, i) => host.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth())
      .use((plan) => plan.host('other').ns('n0'))
      .host('h')
      .at('n1')
      .routeBothWays()
      .at('other/n0')
      .veth(),
}

/** The first resource of a kind. */
export function firstOf<K extends Resource['kind']>(
  resources: readonly Resource[],
  kind: K,
): Extract<Resource, { kind: K }> {
  const found = resources.find((resource) => resource.kind === kind)
  if (found === undefined) throw new Error(`the plan has no ${kind}`)
  return found as Extract<Resource, { kind: K }>
}
