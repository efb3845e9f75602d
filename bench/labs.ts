import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
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
  /** At its peak, of the largest process, in MiB, where GNU time is installed. */
  readonly memory: number | undefined
}

/** Tells the memory of what it runs, in KiB; in a round of its own, since it takes time as well. */
const MEMORY = ['/usr/bin/time', '-f', 'memory %M', '-o', '/dev/stdout']
const measured = existsSync(MEMORY[0] ?? '')

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

function once(peer: Peer, count: number, before: readonly string[] = []): Sample {
  const command = [...before, ...(peer.command ?? [])]
  if (peer.name === 'Mininet') {
    const fresh = ['-n', '-m', '-p', '-f', '--mount-proc', '--propagation', 'private', 'bash', '-c']
    // by way of a pipe, which can be opened by its name
    const setup =
      'set -o pipefail; mount -t tmpfs tmpfs /run; mkdir -p /run/lock; ip link set dev lo up; "$@" | cat'
    const [times = '', memory] = run('unshare', [
      ...[...fresh, setup, 'mininet'],
      ...[...command, String(count)],
    ]).split('\n')
    const [up, down] = times.split(' ')
    const values = (seconds: string | undefined) =>
      new Map([
        ['took', Number(seconds) * 1e6],
        ['memory', Number(memory?.split(' ')[1])],
      ])
    return { up: values(up), down: values(down) }
  }
  return read(run(join(import.meta.dirname, 'sandbox.sh'), [String(count), ...command]))
}

/** How long Node.js takes for an empty program (a module, as those of the peers are), in milliseconds. */
function nodeStart(): number {
  const start = performance.now()
  run(process.execPath, ['--input-type=module', '-e', ''])
  return performance.now() - start
}

/** What was measured at one size, and the start of Node.js between the same rounds. */
export interface Measured {
  readonly start: number
  readonly results: readonly LabResult[]
}

function cost(
  samples: readonly Sample[],
  verb: Verb,
  start: number,
  heavy: Sample | undefined,
): Cost {
  const of = (what: string) => {
    const values = samples.flatMap((sample) => sample[verb].get(what) ?? [])
    return values.length === 0 ? undefined : median(values)
  }
  const ms = (of('took') ?? Number.NaN) / 1000
  const memory = heavy?.[verb].get('memory')
  return {
    ...{ ms, net: ms - start, inside: of('inside'), processes: of('processes') },
    memory: memory === undefined ? undefined : memory / 1024,
  }
}

/** All peers at one size, in turn, several times. */
export function measure(
  all: readonly Peer[],
  count: number,
  roundsOf: (peer: Peer) => number,
): Measured {
  const present = all.filter(({ command }) => command !== undefined)
  const samples = new Map<Peer, Sample[]>(present.map((peer) => [peer, []]))
  const most = Math.max(...present.map(roundsOf))
  const starts: number[] = []
  for (let round = 0; round < most; round += 1) {
    for (const [peer, own] of samples) {
      if (round >= roundsOf(peer)) continue
      own.push(once(peer, count))
      // the speed of a machine drifts: what is taken off is of the same moment
      if (peer.node) starts.push(nodeStart())
    }
  }
  const start = median(starts)
  const results = [...samples].flatMap(([peer, own]) => {
    if (own.length === 0) return []
    const ownStart = peer.node ? start : 0
    const heavy = measured ? once(peer, count, MEMORY) : undefined
    return [
      {
        peer: peer.name,
        count,
        rounds: own.length,
        up: cost(own, 'up', ownStart, heavy),
        down: cost(own, 'down', ownStart, heavy),
      },
    ]
  })
  return { start, results }
}

/** What a program tells of its rounds: medians by what was timed, without the first, in which it is not warm. */
function warm<K extends string>(words: readonly string[], names: readonly K[]): Record<K, number> {
  const [, ...rounds]: Record<K, number>[] = JSON.parse(run(process.execPath, words))
  const of = (name: K) => [name, median(rounds.map((round) => round[name]))]
  return Object.fromEntries(names.map(of))
}

/** How long a lab of two namespaces takes in a sandbox, in a program that is warm; medians, in milliseconds. */
export const sandboxCosts = (rounds: number) =>
  warm([join(import.meta.dirname, 'lab.mjs'), String(rounds)], ['up', 'down'])

/** What a lab that is up costs that is put up again, looked at, or changed by one namespace and back. */
export const standingCosts = (count: number, rounds: number) =>
  warm(
    [join(import.meta.dirname, 'standing.mjs'), String(count), String(rounds)],
    ['again', 'status', 'change'],
  )

/** The same of a leaf-spine of 76 namespaces, with what its plan costs. */
export function leafSpineCosts(rounds: number) {
  const jiti = join(import.meta.dirname, '../node_modules/jiti/lib/jiti-cli.mjs')
  const program = join(import.meta.dirname, 'leaf-spine.ts')
  return warm([jiti, program, String(rounds)], ['plan', 'routeAll', 'up', 'down'])
}

/** How long an answer by the kernel's state takes, in a lab of 20 namespaces; the median, in milliseconds. */
export function answerCost(rounds: number): number {
  const program = join(import.meta.dirname, 'explain.mjs')
  const [, ...others]: number[] = JSON.parse(run(process.execPath, [program, String(rounds)]))
  return median(others)
}
