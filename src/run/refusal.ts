import { NetloomError } from '../errors.js'
import { userNamespaceCause } from './user-namespaces.js'

/** How a sandbox may be made: by what root may do, or by what a user namespace gives. */
export type Form = 'as root' | 'in a user namespace'

/** The system refused one form; the message is what it said. */
export class Refusal extends Error {
  constructor(said: string, cause?: unknown) {
    super(said.trim() === '' ? 'it ended without a word' : said.trim(), { cause })
  }
}

/** What is told where every form that was tried was refused. */
export function sandboxRefused(refusals: ReadonlyMap<Form, Refusal>): NetloomError {
  const said = [...refusals].map(
    ([form, { message }]) => `the system refused a sandbox ${form}: ${message}`,
  )
  const why = refusals.has('in a user namespace') ? userNamespaceCause() : undefined
  return new NetloomError(
    'SANDBOX_REFUSED',
    [...said, ...(why === undefined ? [] : [why])].join('\n'),
    {
      cause: [...refusals.values()].at(-1)?.cause,
      hint: 'Run it as root, or have user namespaces allowed. In a container root needs "--cap-add SYS_ADMIN --cap-add NET_ADMIN" (under AppArmor also "--security-opt apparmor=unconfined"), or "--privileged".',
    },
  )
}
