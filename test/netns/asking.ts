import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Machine } from './machine.js'

/** A question to an address: over TCP or UDP at a port, or a ping. */
export interface Target {
  readonly address: string
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly port?: number | undefined
}

/** What happens at one place: a process that answers there, and asks others. */
export interface Asker extends AsyncDisposable {
  /** All side by side, each for so many milliseconds: `answers`, `silent`, or the code of an error. */
  ask(targets: readonly Target[], ms: number): Promise<readonly string[]>
}

/** The machine at the other end of the host's uplink, which is no part of a lab. */
export const OUTSIDE = 'outside'

/** Starts it behind the words that lead to its place; it listens when this comes back. */
async function askerIn(
  machine: Machine,
  inside: readonly string[],
  listens: { readonly addresses: readonly string[]; readonly ports: readonly number[] },
): Promise<Asker> {
  const program = [process.execPath, join(import.meta.dirname, 'asking.mjs')]
  const [command = '', ...words] = [...machine.enter, ...inside, ...program]
  const child = spawn(command, [...words, JSON.stringify(listens)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`the process in ${inside.join(' ')} has ended`)
    return JSON.parse(value)
  }
  await next()
  return {
    ask: (questions, ms) => {
      child.stdin.write(`${JSON.stringify({ questions, ms })}\n`)
      return next()
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await closed
    },
  }
}

/** One at each place: a namespace, the host `h`, or outside. */
export async function askersAt(
  machine: Machine,
  places: Readonly<Record<string, readonly string[]>>,
  ports: readonly number[],
): Promise<ReadonlyMap<string, Asker>> {
  const peer = await machine.ok('echo "$peer"')
  const inside = (name: string) => {
    if (name === 'h') return []
    return name === OUTSIDE ? ['nsenter', '-t', peer, '-n'] : ['ip', 'netns', 'exec', name]
  }
  const all = Object.entries(places).map(
    async ([name, addresses]) =>
      [name, await askerIn(machine, inside(name), { addresses, ports })] as const,
  )
  return new Map(await Promise.all(all))
}
