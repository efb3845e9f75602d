import * as z from 'zod/mini'
import { shape } from '../shape.js'
import { type AcceptResource, accept } from './accept.js'
import { type AddressResource, address } from './address.js'
import { type BridgeResource, bridge } from './bridge.js'
import { type FileResource, file } from './file.js'
import { type FilterResource, filter } from './filter.js'
import { type ForwardingResource, forwarding } from './forwarding.js'
import { type GateResource, gate } from './gate.js'
import { type GuardResource, guard } from './guard.js'
import { fields, type Kind } from './kind.js'
import { type LinkResource, link } from './link.js'
import { type MasqueradeResource, masquerade } from './masquerade.js'
import { type NamespaceResource, namespace } from './namespace.js'
import { type PolicyResource, policy } from './policy.js'
import { type PortResource, port } from './port.js'
import { type PublishResource, publish } from './publish.js'
import { type RouteResource, route } from './route.js'
import { type RuleResource, rule } from './rule.js'
import { type SettingResource, setting } from './setting.js'
import { type VethResource, veth } from './veth.js'

/** Anything that a plan is made of. */
export type Resource =
  | NamespaceResource
  | BridgeResource
  | VethResource
  | PortResource
  | LinkResource
  | AddressResource
  | SettingResource
  | FileResource
  | RouteResource
  | RuleResource
  | ForwardingResource
  | AcceptResource
  | MasqueradeResource
  | PublishResource
  | GuardResource
  | GateResource
  | FilterResource
  | PolicyResource

type Kinds = { readonly [K in Resource['kind']]: Kind<Extract<Resource, { kind: K }>> }

/** The registry: a new kind is one file and one line here. */
const kinds: Kinds = {
  namespace,
  bridge,
  veth,
  port,
  link,
  address,
  setting,
  file,
  route,
  rule,
  forwarding,
  accept,
  masquerade,
  publish,
  guard,
  gate,
  filter,
  policy,
}

/** The room of a resource. */
export function kindOf<R extends Resource>(resource: R): Kind<R> {
  return kinds[resource.kind] as unknown as Kind<R>
}

/** The shape of any resource. */
export const resourceSchema = shape((): z.ZodMiniType<Resource> => {
  const pieces = fields()
  return z.discriminatedUnion('kind', [
    namespace.schema(pieces),
    bridge.schema(pieces),
    veth.schema(pieces),
    port.schema(pieces),
    link.schema(pieces),
    address.schema(pieces),
    setting.schema(pieces),
    file.schema(pieces),
    route.schema(pieces),
    rule.schema(pieces),
    forwarding.schema(pieces),
    accept.schema(pieces),
    masquerade.schema(pieces),
    publish.schema(pieces),
    guard.schema(pieces),
    gate.schema(pieces),
    filter.schema(pieces),
    policy.schema(pieces),
  ])
})
