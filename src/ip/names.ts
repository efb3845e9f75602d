import { NetloomError, shown } from '../errors.js'

/** Letters, digits, `.`, `_` and `-`, not first a `.` or a `-`: one literal word to every tool. */
export const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/
/**
 * The same within 15 bytes (IFNAMSIZ is 16 with the closing zero, `linux/if.h`), without the names that
 * are taken: `all` and `default` are directories of `/proc/sys/net/ipv4/conf`, `lo` is in each namespace.
 */
export const INTERFACE_PATTERN = /^(?!(?:all|default|lo)$)[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const HOST_NAME_LIMIT = 253

/**
 * True for the name of a host as programs take it (RFC 952, RFC 1123): parts of letters, digits and "-" with dots between,
 * and not one whose last part is a number, which is read as an address.
 */
export function isHostName(text: string): boolean {
  const labels = text.split('.')
  return (
    text.length <= HOST_NAME_LIMIT &&
    labels.every((label) => LABEL.test(label)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')
  )
}

const NAME_LIMIT = 63
export const INTERFACE_LIMIT = 15

/** Nearly every name is of single bytes, which need no encoder. */
const bytes = (text: string) =>
  /^[ -~]*$/.test(text) ? text.length : new TextEncoder().encode(text).length

function refuse(what: string, value: unknown, why: string, hint: string): never {
  throw new NetloomError('BAD_NAME', `${what} ${shown(value)} ${why}`, { value, hint })
}

function checkName(what: string, value: unknown, limit: number): string {
  if (typeof value !== 'string')
    refuse(what, value, 'is not a string', 'Give its name as a string.')
  if (value === '') refuse(what, value, 'is empty', 'Give it a name, such as "demo01".')
  const size = bytes(value)
  if (size > limit) {
    refuse(what, value, `is ${size} bytes, the limit is ${limit}`, 'Give it a shorter name.')
  }
  if (!NAME_PATTERN.test(value)) {
    refuse(
      what,
      value,
      'holds something else than A-Z a-z 0-9 . _ -, or begins with . or -',
      'Use letters, digits, ".", "_" and "-" only, and begin with a letter, a digit or "_".',
    )
  }
  return value
}

/** Checks the name of a namespace, host or lab: up to 63 of `A-Z a-z 0-9 . _ -`. */
export function placeName(what: 'namespace' | 'host' | 'lab', value: unknown): string {
  return checkName(what, value, NAME_LIMIT)
}

/** Checks the name of an interface: at most 15 bytes, and none that the kernel keeps for itself. */
export function interfaceName(value: unknown): string {
  const name = checkName('interface name', value, INTERFACE_LIMIT)
  if (!INTERFACE_PATTERN.test(name)) {
    refuse('interface name', name, 'is kept by the kernel', 'Choose another name.')
  }
  return name
}
