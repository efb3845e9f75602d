import { readFileSync } from 'node:fs'

/** The value of a setting below /proc/sys; `undefined` where this kernel has no such setting. */
function readSetting(path: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${path}`, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** The settings that keep a user without privileges from namespaces, with the value that does. */
const REFUSALS: readonly (readonly [path: string, value: string, cause: string])[] = [
  [
    'kernel/apparmor_restrict_unprivileged_userns',
    '1',
    // Ubuntu 23.10 and newer: unshare itself may succeed, and what comes behind it fails
    'AppArmor restricts unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1): an administrator can give node a profile with "userns,", set it to 0, or you run as root.',
  ],
  [
    'kernel/unprivileged_userns_clone',
    '0',
    'This kernel lets only root make user namespaces (kernel.unprivileged_userns_clone is 0): an administrator can set it to 1.',
  ],
  [
    'user/max_user_namespaces',
    '0',
    'No user namespaces are allowed here (user.max_user_namespaces is 0): an administrator can raise it.',
  ],
]

/** True for root without CAP_SETFCAP, which is bit 31 (linux/capability.h). */
function lacksSetfcap(): boolean {
  const held = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (process.getuid?.() !== 0 || held === undefined) return false
  return (BigInt(`0x${held}`) & (1n << 31n)) === 0n
}

/** Why a user namespace was refused, by what is known to refuse it; `undefined` where none of that is there. */
export function userNamespaceCause(): string | undefined {
  const setting = REFUSALS.find(([path, value]) => readSetting(path) === value)
  if (setting !== undefined) return setting[2]
  // since Linux 5.12, see user_namespaces(7)
  return lacksSetfcap()
    ? 'Root without CAP_SETFCAP has no user namespace in which it is root again: give it that, or run as another user.'
    : undefined
}
