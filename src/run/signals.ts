const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Caught = (typeof SIGNALS)[number]

/** Calls back for each signal that would end the process; gives the way to stop listening. */
export function onSignals(callback: (signal: Caught) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, callback)
  return () => {
    for (const signal of SIGNALS) process.off(signal, callback)
  }
}

/**
 * Lets a signal that was held back have its effect. Where the program listens for it too, it has been told
 * already, and what becomes of the process is its own affair.
 */
export function raise(signal: Caught): void {
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

/**
 * Work that no signal interrupts in the middle. The first one aborts what `work` does, which then puts things in
 * order; later ones change nothing. Behind it the signal has its effect.
 */
export async function guarded<T>(
  handle: boolean,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (!handle) return work(outer)
  const abort = new AbortController()
  let caught: Caught | undefined
  const stop = onSignals((signal) => {
    caught ??= signal
    abort.abort(new Error(`the process got ${signal}`))
  })
  const signals = outer === undefined ? [abort.signal] : [outer, abort.signal]
  try {
    return await work(AbortSignal.any(signals))
  } finally {
    stop()
    if (caught !== undefined) raise(caught)
  }
}
