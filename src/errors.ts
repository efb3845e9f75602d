/**
 * Every code that a {@link NetloomError} can bear, with one line on what it says.
 * `docs/errors.md` has an entry for each; a test holds the two together.
 */
export const errorCodes = {
  BAD_ARGUMENT: 'an argument has the wrong shape',
  BAD_CIDR: 'an address is not written as address/prefix, or cannot be given to an interface',
  BAD_NAME: 'a name of a namespace, host, lab or interface cannot be carried safely',
  BAD_PLAN: 'a JSON plan is not one that this version can read',
  DUPLICATE_ADDRESS: 'one address stands in two places',
  DUPLICATE_FILE: 'one file of a namespace is asked for twice',
  DUPLICATE_NAME: 'one name stands for two things',
  DUPLICATE_PORT: 'one port of a host leads to two places',
  DUPLICATE_ROUTE: 'one destination has two routes in one table',
  DUPLICATE_RULE: 'the same rule is asked for twice',
  DUPLICATE_SETTING: 'one setting has two values',
  GATEWAY_NOT_ON_LINK: 'a gateway is on no network of the place that is to use it',
  LAB_BUSY: 'another run has kept the lock of the host',
  LAB_DIFFERS: 'a part of the lab is there in another shape, which up() does not replace',
  LAB_NOT_UP: 'a lab of a test was used outside of its hooks',
  LAB_IN_SANDBOX: 'the lab runs in a sandbox, and is taken down from there',
  LEAK: 'the network of the machine is not as it was before the tests',
  MISSING_ADDRESS: 'a call needs an address that is not there yet',
  MISSING_LINK: 'a call needs a link that is not there yet',
  MTU_MISMATCH: 'two ends that exchange frames have different MTUs',
  NAMESPACE_HELD: 'processes of others are in a namespace that is to be removed',
  NAME_TAKEN: 'something foreign has the name of a part of the plan',
  POOL_EXHAUSTED: 'a pool has no network, or a network no address, left to give',
  PROCESS_ENDED: 'a process that was waited for has ended',
  PREFLIGHT: 'this machine is not ready for the plan; nothing was changed',
  SANDBOX_REFUSED: 'the system does not let a sandbox be made',
  SEVERAL_HOSTS: 'a plan of several hosts was used where one host is meant',
  STEP_FAILED: 'a command failed; what was done before it was undone',
  SUBNET_MISMATCH: 'two ends of a link have addresses of different subnets',
  SUBNET_OVERLAP: 'two networks of the plan overlap',
  TIMEOUT: 'a command did not end in time',
  ABORTED: 'the signal of the caller ended the run',
  UNDO_FAILED: 'a part could not be removed; the others were',
  UNKNOWN_NAME: 'a name stands for nothing in the plan',
  UNSUPPORTED_PLATFORM: 'networks are made on Linux with Node.js only',
} as const

/** A stable code of a {@link NetloomError}. */
export type ErrorCode = keyof typeof errorCodes

/** One fault among several, with the path of the thing at fault. */
export interface Finding {
  /** Where: a path in a JSON plan (`resources[3].cidr`), or a part of the lab. */
  readonly path: string
  /** What is wrong, with the value. */
  readonly message: string
}

/** What undoing a failed `up` did. */
export interface Rollback {
  /** The undo commands that ran and succeeded, in the order in which they ran. */
  readonly undone: readonly string[]
  /** What could not be undone, with what the command said. */
  readonly failed: readonly { readonly command: string; readonly stderr: string }[]
}

/** The command that failed, and what became of what was done before it. */
export interface Failure {
  /** The command, as it would be typed. */
  readonly command: string
  /** The host of the plan on which it ran. */
  readonly host: string
  /** Its exit code; `null` where it was ended by a signal. */
  readonly exitCode: number | null
  /** What it wrote to standard error. */
  readonly stderr: string
  /** What the undo did; absent where nothing had to be undone. */
  readonly rollback?: Rollback | undefined
}

/** What an error carries beside its message. */
export interface ErrorDetail {
  /** The value at fault, as it was given. */
  readonly value?: unknown
  /** What to do about it. */
  readonly hint?: string | undefined
  readonly cause?: unknown
  readonly findings?: readonly Finding[] | undefined
  readonly failure?: Failure | undefined
}

/**
 * The one error class of netloom. Tell errors apart by `code`, never by their wording.
 *
 * @example
 * try {
 *   net.host().ns('demo01').ip('10.0.1.300/24')
 * } catch (error) {
 *   if (error instanceof NetloomError && error.code === 'BAD_CIDR') console.error(error.hint)
 * }
 */
export class NetloomError extends Error {
  override readonly name = 'NetloomError'
  /** The stable code; `docs/errors.md` has an entry for each. */
  readonly code: ErrorCode
  /** The value at fault, as it was given; `undefined` where there is none. */
  readonly value: unknown
  /** What to do about it; an empty text where nothing general can be said. */
  readonly hint: string
  /** Every fault, where several were found at once. */
  readonly findings: readonly Finding[]
  /** The failed command, where one failed. */
  readonly failure: Failure | undefined

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    const { cause, hint = '' } = detail
    const lines = (detail.findings ?? []).map((f) => `\n  ${f.path}: ${f.message}`).join('')
    super(
      `${message}${lines}${hint === '' ? '' : `\n${hint}`}`,
      cause === undefined ? undefined : { cause },
    )
    this.code = code
    this.value = detail.value
    this.hint = hint
    this.findings = detail.findings ?? []
    this.failure = detail.failure
  }
}

/** What an error says, without its findings and its hint. */
export const firstLine = (error: NetloomError): string => error.message.split('\n', 1)[0] ?? ''

/** How a value is shown in a message: quoted, on one line, and cut where it is long. */
export function shown(value: unknown): string {
  let text: string
  try {
    text =
      typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  } catch {
    text = typeof value
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
