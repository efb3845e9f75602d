import { NetloomError, shown } from '../errors.js'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/

/** What keeps a text from being the address of one interface (IEEE 802: bit 0 of the first octet is for groups). */
function faultOf(text: string): string | undefined {
  if (!MAC.test(text)) return 'is not written as six octets with colons between'
  if (text === '00:00:00:00:00:00') return 'is all zero'
  return Number.parseInt(text.slice(0, 2), 16) % 2 === 1 ? 'is one of a group' : undefined
}

/** True where the text is a unicast MAC address in the form that {@link macAddress} gives. */
export const isCanonicalMac = (text: string): boolean => faultOf(text) === undefined

/**
 * Checks a MAC address; gives it in lower case.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
export function macAddress(call: string, value: unknown): string {
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  const fault = faultOf(text)
  if (fault === undefined) return text
  throw new NetloomError('BAD_ARGUMENT', `${call}: the MAC address ${shown(value)} ${fault}`, {
    value,
    hint: 'Write it as "02:00:00:00:00:01"; 02 in front marks it as given by hand.',
  })
}
