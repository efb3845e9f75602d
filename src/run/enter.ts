import type { ChildProcess } from 'node:child_process'

/** The words that go before a command to take it into a place; none for this machine itself. */
export type Enter = readonly string[]

/** What waits outside for a process inside a sandbox, by the process number of the place. */
const waiting = new Map<string, Set<ChildProcess>>()

/** The process number behind `nsenter -t`; none where no sandbox is entered. */
const target = (enter: Enter) => (enter[0] === 'nsenter' ? enter[2] : undefined)

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
