import * as z from 'zod/mini'
import type { Resource } from '../resource/index.js'
import { resourceSchema } from '../resource/index.js'
import { fields, type Host } from '../resource/kind.js'
import { shape } from '../shape.js'

/** The name of the format, and its version: a change that an older netloom would misread adds 1. */
export const FORMAT = 'netloom-plan'
export const VERSION = 1

/** `user@host`, `host` or either with `:port`, as ssh would be told; checked, since it is a word of a command. */
export const SSH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9_][A-Za-z0-9.-]*(?::[0-9]{1,5})?$/

export const SSH_LIMIT = 255

export const hostSchema = shape(() => {
  const { place, cidr, device } = fields()
  return z.strictObject({
    name: place,
    addresses: z.optional(z.array(cidr).check(z.minLength(1), z.maxLength(2))),
    device: z.optional(device),
    ssh: z.optional(
      z.string().check(z.maxLength(SSH_LIMIT), z.regex(SSH, 'is not user@host or user@host:port')),
    ),
  })
})

/** The shape of a plan. What one resource demands of another is checked by the ledger. */
export const planSchema = shape(() =>
  z
    .strictObject({
      format: z.literal(FORMAT),
      version: z.literal(VERSION),
      name: z.optional(fields().place),
      hosts: z.array(hostSchema()).check(z.minLength(1)),
      resources: z.array(resourceSchema()),
    })
    .register(z.globalRegistry, {
      title: 'netloom plan',
      description: 'A virtual network of Linux network namespaces.',
    }),
)

/** A plan as JSON: what `JSON.stringify(plan)` writes and `net.parse` reads. */
export interface PlanJson {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  /** The lab's name, where `named()` gave one. */
  readonly name?: string | undefined
  readonly hosts: readonly Host[]
  /** In the order in which they are made. */
  readonly resources: readonly Resource[]
}

/** The JSON Schema of a plan (draft 2020-12), as the package ships it: the build calls this. @public */
export function planJsonSchema(): object {
  return z.toJSONSchema(planSchema(), { io: 'input' })
}

/**
 * The canonical form: the same plan gives the same bytes, however it was made. Hosts and resources have
 * their keys in the order of their schemas from the start; a test holds the chain to that.
 */
export function canonical({ name, hosts, resources }: PlanJson): PlanJson {
  const head = { format: FORMAT, version: VERSION } as const
  return name === undefined ? { ...head, hosts, resources } : { ...head, name, hosts, resources }
}
