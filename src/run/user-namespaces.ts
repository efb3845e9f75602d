import { readFileSync } from 'node:fs'

/** The value of a setting below /proc/sys; `undefined` where this kernel has no such setting. */
export function readSetting(path: string): string | undefined {
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

/** Why a user namespace was refused, by the settings that refuse it; `undefined` where none of them does. */
export function userNamespaceCause(read: (path: string) => string | undefined): string | undefined {
  return REFUSALS.find(([path, value]) => read(path) === value)?.[2]
}
