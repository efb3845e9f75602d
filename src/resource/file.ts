import * as z from 'zod/mini'
import { isAnyAddress, isServer } from '../ip/destination.js'
import { isHostName } from '../ip/names.js'
import engine from './file.bash'
import { type Fields, type Kind, keys } from './kind.js'

/** The files that say what names mean. */
type FileName = 'hosts' | 'resolv.conf'

/** A file of a namespace: `ip netns exec` puts it in the place of the host's one in /etc (ip-netns(8)). */
export interface FileResource {
  readonly kind: 'file'
  readonly host: string
  readonly namespace: string
  readonly name: FileName
  readonly lines: readonly string[]
  readonly call: string
}

/** The line that stands for the servers of the host: they are known when the file is written. */
export const HOST_SERVERS = 'nameserver host'

/** More are not asked (MAXNS in `resolv.h`). */
export const MAX_SERVERS = 3

/** Domains in one `search` line, each a host name. */
const LINE_LIMIT = 1000

/**
 * True for what may stand in the file: nothing but canonical addresses and host names, one space between. (No line can
 * end a quoted word, or the file.)
 */
function isLineOf(name: FileName, line: string): boolean {
  if (line.length > LINE_LIMIT) return false
  const [first = '', ...rest] = line.split(' ')
  if (rest.length === 0) return false
  if (name === 'hosts') return isAnyAddress(first) && rest.every(isHostName)
  if (first === 'search') return rest.every(isHostName)
  return (
    line === HOST_SERVERS ||
    (first === 'nameserver' && rest.length === 1 && isServer(rest.join('')))
  )
}

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('file'),
      host: fields.place,
      namespace: fields.place,
      name: z.enum(['hosts', 'resolv.conf']),
      lines: z.array(z.string().check(z.maxLength(LINE_LIMIT))).check(z.minLength(1)),
      call: fields.call,
    })
    .check(
      z.refine(({ name, lines }) => lines.every((line) => isLineOf(name, line)), {
        path: ['lines'],
        error: 'hold a line that is not one of this file',
      }),
    )

const pathOf = ({ namespace, name }: FileResource) => `/etc/netns/${namespace}/${name}`

const WHY: { readonly [N in FileName]: string } = {
  hosts: 'the names of the lab, for programs in the namespace',
  'resolv.conf': 'the name servers of the namespace',
}

const why = ({ name, lines }: FileResource) =>
  lines.includes(HOST_SERVERS)
    ? 'the name servers of the host, but for those at a loopback address'
    : WHY[name]

export const file: Kind<FileResource> = {
  schema,
  engine,
  describe: (r) => `file ${r.name} of ${r.host}/${r.namespace}`,
  claims: (r) => [
    {
      key: keys.other('file', r.host, r.namespace, r.name),
      code: 'DUPLICATE_FILE',
      what: () => `namespace ${r.host}/${r.namespace} has a file ${r.name} already`,
      value: r.name,
    },
  ],
  needs: (r) => [
    {
      key: keys.namespace(r.host, r.namespace),
      code: 'UNKNOWN_NAME',
      what: () => `the plan has no namespace ${r.host}/${r.namespace} before it`,
    },
  ],
  steps: (r, lab) => {
    // a file has no group and no protocol: its first line says whose it is
    const lines = [`# ${lab.mark}`, ...r.lines]
    return [
      {
        tool: 'install',
        args: ['-D', '-m', '0644', '/dev/stdin', pathOf(r)],
        input: `${lines.join('\n')}\n`,
        seen: ['file', r.namespace, r.name, ...lines],
        phase: 'configure',
        ties: { slot: `file ${pathOf(r)}` },
        why: why(r),
        undo: { argv: ['rm', pathOf(r)] },
      },
    ]
  },
  // packets do not ask for names
  state: () => {},
}
