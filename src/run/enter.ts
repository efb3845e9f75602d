import type { ChildProcess } from 'node:child_process'

/** The words that go before a command to take it into a place; none for this machine itself. */
export type Enter = readonly string[]

/** What waits outside for a process inside a sandbox, by the process number of the place. */
const waiting = new Map<string, Set<ChildProcess>>()

/**
 * The words that enter the place of a process, which is in a sandbox. Without root its user namespace comes first. What
 * waits outside then is killed with the program: where the process inside was stopped, it is stopped too, and would
 * neither see the end of the program nor to that of the process. (The kernel forgets that signal when a user namespace
 * is entered.)
 */
export const enterSandbox = (pid: string, rootless: boolean): Enter => [
  ...(rootless ? ['nsenter', '-t', pid, '-U', '--preserve-credentials', '--'] : []),
  ...['setpriv', '--pdeathsig', 'KILL'],
  // its root as well: that of a chroot is not the root of the mount namespace
  ...['nsenter', '-t', pid, '-n', '-m', '-p', '-r', '--'],
]

/** The process number of the place in a sandbox; none where the place is this machine. */
function target(enter: Enter): string | undefined {
  const at = enter.indexOf('-t')
  return at < 0 ? undefined : enter[at + 1]
}

/** True where the words lead into a sandbox. */
export const isSandbox = (enter: Enter): boolean => target(enter) !== undefined

/** Keeps in mind what entered a sandbox, until it ends. */
export function entered<T extends ChildProcess>(enter: Enter, child: T): T {
  const place = target(enter)
  if (place === undefined) return child
  const own = waiting.get(place) ?? new Set()
  waiting.set(place, own.add(child))
  child.once('exit', () => {
    own.delete(child)
    if (own.size === 0) waiting.delete(place)
  })
  return child
}

/**
 * Lets what waits for a place go on. `nsenter` stops where the process inside is stopped; a stopped one does not see to
 * that process when it is killed, and the sandbox could not end.
 */
export function wake(enter: Enter): void {
  for (const child of waiting.get(target(enter) ?? '') ?? []) child.kill('SIGCONT')
}
