import * as z from 'zod/mini'
import { tie } from '../step/ties.js'
import { type Fields, type Kind, keys } from './kind.js'
import engine from './namespace.bash'

/** A network namespace with its loopback up. */
export interface NamespaceResource {
  readonly kind: 'namespace'
  readonly host: string
  readonly name: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('namespace'),
    host: fields.place,
    name: fields.place,
    call: fields.call,
  })

export const namespace: Kind<NamespaceResource> = {
  schema,
  engine,
  describe: (r) => `namespace ${r.host}/${r.name}`,
  claims: (r) => [
    {
      key: keys.namespace(r.host, r.name),
      code: 'DUPLICATE_NAME',
      what: () => `host ${r.host} has a namespace ${r.name} already`,
      value: r.name,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: () => `the plan has no host ${r.host}` },
  ],
  steps: (r, lab) => [
    {
      tool: 'ip',
      args: ['netns', 'add', r.name],
      seen: ['netns', r.name],
      phase: 'create',
      into: r.name,
      ties: { makes: [tie.namespace(r.name)] },
      why: 'a namespace: interfaces, routes and rules of its own',
      undo: { argv: ['ip', 'netns', 'del', r.name] },
    },
    {
      tool: 'ip',
      namespace: r.name,
      // A new loopback is down, and then not even the namespace's own addresses answer. Its group
      // marks the namespace as this lab's.
      args: ['link', 'set', 'dev', 'lo', 'group', String(lab.group), 'up'],
      seen: ['loopback', r.name],
      phase: 'configure',
      why: 'its loopback up, marked as of this lab',
      undo: { with: `namespace ${r.name}` },
    },
  ],
  state: (r, draft, lab) => {
    const node = `${r.host}/${r.name}`
    draft.add(node, false)
    draft.change(node, 'lo', { up: true, group: lab.group })
  },
  draw: (r, drawing) => drawing.namespace(r.host, r.name),
}
