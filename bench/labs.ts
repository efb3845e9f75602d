import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Peer } from './peers.js'
import { median } from './table.js'

/** One peer at one size: medians, in milliseconds. */
export interface LabResult {
  readonly peer: string
  readonly count: number
  readonly rounds: number
  readonly up: Cost
  readonly down: Cost
}

export interface Cost {
  /** The whole process. */
  readonly ms: number
  /** The same without the start of an empty program of its language. */
  readonly net: number
  /** Inside the process, where it says so. */
  readonly inside: number | undefined
  readonly processes: number | undefined
  /** At its peak, of the program itself, in MiB. */
  readonly memory: number | undefined
}

type Verb = 'up' | 'down'
type Sample = Readonly<Record<Verb, Map<string, number>>>

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** Lines such as `up inside 12.5` and `up took 1234 processes 5`. */
function read(text: string): Sample {
  const sample: Sample = { up: new Map(), down: new Map() }
  for (const line of text.trim().split('\n')) {
    const [verb, ...words] = line.split(' ')
    for (let i = 0; i < words.length; i += 2) {
      sample[verb as Verb].set(words[i] ?? '', Number(words[i + 1]))
    }
  }
  return sample
}

function once(peer: Peer, count: number): Sample {
  const command = peer.command ?? []
  if (peer.name === 'Mininet') {
    const fresh = ['-n', '-m', '-p', '-f', '--mount-proc', '--propagation', 'private', 'bash', '-c']
    const setup = 'mount -t tmpfs tmpfs /run; mkdir -p /run/lock; ip link set dev lo up; "$@"'
    const [up, down] = run('unshare', [...fresh, setup, 'mininet', ...command, String(count)])
      .trim()
      .split(' ')
    const took = (seconds: string | undefined) => new Map([['took', Number(seconds) * 1e6]])
    return { up: took(up), down: took(down) }
  }
  return read(run(join(import.meta.dirname, 'sandbox.sh'), [String(count), ...command]))
}

/** How long Node.js takes for an empty program, in milliseconds. */
export function nodeStart(rounds: number): number {
  return median(
    Array.from({ length: rounds }, () => {
      const start = performance.now()
      run(process.execPath, ['-e', ''])
      return performance.now() - start
    }),
  )
}

function cost(samples: readonly Sample[], verb: Verb, start: number): Cost {
  const of = (what: string) => {
    const values = samples.flatMap((sample) => sample[verb].get(what) ?? [])
    return values.length === 0 ? undefined : median(values)
  }
  const ms = (of('took') ?? Number.NaN) / 1000
  const [inside, processes, memory] = [of('inside'), of('processes'), of('memory')]
  return { ms, net: ms - start, inside, processes, memory }
}

/** All peers at one size, in turn, several times. */
export function measure(
  all: readonly Peer[],
  count: number,
  roundsOf: (peer: Peer) => number,
  start: number,
): readonly LabResult[] {
  const present = all.filter(({ command }) => command !== undefined)
  const samples = new Map<Peer, Sample[]>(present.map((peer) => [peer, []]))
  const most = Math.max(...present.map(roundsOf))
  for (let round = 0; round < most; round += 1) {
    for (const [peer, own] of samples) if (round < roundsOf(peer)) own.push(once(peer, count))
  }
  return [...samples].flatMap(([peer, own]) => {
    if (own.length === 0) return []
    const ownStart = peer.node ? start : 0
    return [
      {
        peer: peer.name,
        count,
        rounds: own.length,
        up: cost(own, 'up', ownStart),
        down: cost(own, 'down', ownStart),
      },
    ]
  })
}
