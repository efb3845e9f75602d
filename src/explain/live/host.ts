import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Readable } from 'node:stream'
import { NetloomError } from '../../errors.js'
import type { Enter } from '../../run/enter.js'
import { type Cut, cutError, DEFAULT_TIMEOUT_MS } from '../../run/session.js'
import { handToZx, startBash } from '../../run/shell.js'
import { ENVIRONMENT } from '../../script/bash.js'
import { quote } from '../../step/quote.js'

/** A host with its namespaces, and what each is called in the state. */
export interface HostToRead {
  readonly node: string
  readonly enter: Enter
  readonly namespaces: readonly { readonly name: string; readonly node: string }[]
}

export interface HostOptions {
  /** By which the lab's own processes are told from those of others. */
  readonly lab?: string | undefined
  /** How long a host may take, in milliseconds; 30,000 where it is not given. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What was read in one place: what stands below each part's name. */
export type Parts = readonly (readonly [name: string, text: string])[]

/** A place to go to; without a name the host itself. */
export interface Place {
  readonly name?: string | undefined
  /** What is to be done there, for an engine that asks for it. */
  readonly text?: string | undefined
}

/** bash is given its program through a pipe: there it may be as long as it needs to be. */
const START = 'program=$(cat); eval "$program" </dev/null'

/** The descriptors before it have other uses. */
const FIRST_LANE = 3

/** The host has more to tell than a namespace: its ends of all links. */
const weightOf = ({ name }: Place, places: readonly Place[]) =>
  name === undefined ? 1 + places.length / 8 : 1

/** Shares out the places, by their numbers: so many shares, each of about the same weight. */
export function shares(places: readonly Place[], count: number): readonly (readonly number[])[] {
  const lanes = Array.from({ length: Math.max(1, Math.min(count, places.length)) }, () => ({
    weight: 0,
    own: [] as number[],
  }))
  places.forEach((place, i) => {
    const least = lanes.reduce((a, b) => (b.weight < a.weight ? b : a))
    least.weight += weightOf(place, places)
    least.own.push(i)
  })
  return lanes.map(({ own }) => own)
}

/** Splits what a lane wrote at the lines that begin with the mark. */
export function partsOf(text: string, mark: string): ReadonlyMap<number, Parts> {
  const places = new Map<number, [string, string][]>()
  let own: [string, string][] | undefined
  for (const piece of text.split(`\n${mark} `).slice(1)) {
    const end = piece.indexOf('\n')
    const name = end < 0 ? piece : piece.slice(0, end)
    if (name.startsWith('place ')) {
      own = []
      places.set(Number(name.slice('place '.length)), own)
    } else {
      own?.push([name, end < 0 ? '' : piece.slice(end + 1)])
    }
  }
  return places
}

async function whole(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Runs one bash on a host, which goes to the places side by side, and gives what it read in each; nothing of a place that
 * it did not reach.
 *
 * @param engine bash functions, of which `lane FD PLACE...` deals with places
 * @throws NetloomError `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`
 */
export async function readPlaces(
  host: Pick<HostToRead, 'node' | 'enter'>,
  places: readonly Place[],
  engine: string,
  options: HostOptions,
): Promise<readonly Parts[]> {
  const mark = `netloom-${randomBytes(16).toString('hex')}`
  const lanes = shares(places, availableParallelism())
  const wordOf = (i: number) => {
    const { name = '-', text } = places[i] ?? {}
    return `${i} ${name}${
      text === undefined
        ? ''
        : `
${text}`
    }`
  }
  const program = [
    ENVIRONMENT,
    `mark=${mark}`,
    engine,
    ...lanes.map(
      (own, lane) => `lane ${FIRST_LANE + lane} ${own.map(wordOf).map(quote).join(' ')} &`,
    ),
    'wait',
  ].join('\n')
  const texts = await runLanes(host, program, lanes.length, options)
  const found = new Map(texts.flatMap((text) => [...partsOf(text, mark)]))
  return places.map((_, i) => found.get(i) ?? [])
}

/** What each lane wrote. */
async function runLanes(
  { node, enter }: Pick<HostToRead, 'node' | 'enter'>,
  program: string,
  lanes: number,
  { lab = 'netloom', timeoutMs = DEFAULT_TIMEOUT_MS, signal }: HostOptions,
): Promise<readonly string[]> {
  if (signal?.aborted === true) throw cutError('abort', { signal })
  const child = startBash({ enter, lab }, START, Array(FIRST_LANE + lanes).fill('pipe'))
  // Where it has just died, the exit code tells.
  child.stdin?.on('error', () => {})
  child.stdin?.end(program)
  const run = handToZx(child)
  const streams = child.stdio.slice(FIRST_LANE) as Readable[]
  let cut: Cut | undefined
  const end = (why: Cut) => {
    cut ??= why
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // it has ended by itself
    }
  }
  const onAbort = () => end('abort')
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(end, timeoutMs, 'timeout')
  try {
    const [{ exitCode, stderr }, ...texts] = await Promise.all([run, ...streams.map(whole)])
    if (cut !== undefined) throw cutError(cut, { signal, timeoutMs })
    if (exitCode === 0) return texts
    const message = `host ${node} could not be read: bash ended with code ${exitCode}: ${stderr.trim()}`
    throw new NetloomError('PROCESS_ENDED', message, {
      value: node,
      hint: 'Look whether the lab is still up, and whether bash is installed there.',
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
