import * as z from 'zod/mini'
import type { IpText } from '../chain/places.js'
import type { Running } from '../chain/running-types.js'
import { NetloomError } from '../errors.js'
import { readOptions } from '../options.js'
import type { RunningPlace } from '../run/types.js'
import { shape } from '../shape.js'

/** By what way one is to reach the other. */
export interface ReachOptions {
  /** `icmp`, a ping, where it is not given and no port is. */
  readonly protocol?: 'icmp' | 'tcp' | undefined
  /** The port, for `tcp`. */
  readonly port?: number | undefined
  /** Only over this family; each that the target has an address of where it is not given. */
  readonly family?: 4 | 6 | undefined
  /** How long to wait for an answer, in milliseconds; 1,000 where it is not given. */
  readonly timeoutMs?: number | undefined
}

/** Whether one reached the other. As a string it says so, and where it did not, with the facts. */
export interface Reach {
  readonly reached: boolean
  toString(): string
}

const schema = shape(() =>
  z.strictObject({
    protocol: z.optional(z.enum(['icmp', 'tcp'])),
    port: z.optional(z.number().check(z.int(), z.gte(1), z.lte(65_535))),
    family: z.optional(z.union([z.literal(4), z.literal(6)])),
    timeoutMs: z.optional(z.number().check(z.positive(), z.lte(3_600_000))),
  }),
)

type Lab = Pick<Running, 'ns' | 'host' | 'explain'>

const isAddress = (text: string) => /^[0-9.]+$/.test(text) || text.includes(':')

/** A namespace, or a host where no namespace has the name. */
function placeOf(lab: Lab, name: string): RunningPlace {
  try {
    return lab.ns(name)
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'UNKNOWN_NAME') throw error
    return lab.host(name)
  }
}

/** The first global address of each family that a place has. */
async function addressesOf(place: RunningPlace, family: 4 | 6 | undefined): Promise<string[]> {
  const text = await place.$({ quiet: true })`ip -o addr show scope global`.text()
  const all = [...text.matchAll(/ inet6? ([0-9a-f.:]+)/g)].flatMap(([, address]) => address ?? [])
  const first = (of: 4 | 6) =>
    all.filter((address) => address.includes(':') === (of === 6)).slice(0, 1)
  return [4, 6].flatMap((of) => (family === undefined || family === of ? first(of as 4 | 6) : []))
}

const CONNECT = 'exec 3<>"/dev/tcp/$0/$1"'

/** One try; gives what went wrong, or nothing. */
async function attempt(
  place: RunningPlace,
  address: string,
  port: number | undefined,
  timeoutMs: number,
): Promise<string> {
  const $ = place.$({ nothrow: true, quiet: true })
  const seconds = timeoutMs / 1000
  const { exitCode, stdout, stderr } = await (port === undefined
    ? $`ping -n -c1 -W${Math.ceil(seconds)} ${address}`
    : $`timeout ${seconds} bash -c ${CONNECT} ${address} ${port}`)
  if (exitCode === 0) return ''
  if (port === undefined) return `ping: ${/(\d+ packets .*)/.exec(stdout)?.[1] ?? stderr.trim()}`
  return exitCode === 124
    ? `no answer in ${timeoutMs} ms`
    : (stderr.split(': ').at(-1)?.trim() ?? '')
}

/** What there is to see where a packet began, and where it should have come to. */
async function factsOf(
  [from, start]: readonly [string, RunningPlace],
  [to, end]: readonly [string, RunningPlace | undefined],
  address: string,
): Promise<string> {
  const look = async (name: string, place: RunningPlace, command: string) => {
    const { stdout, stderr } = await place.$({ nothrow: true, quiet: true })`bash -c ${command}`
    return `${name}: ${command}\n${(stdout + stderr).trimEnd().replace(/^/gm, '  ')}`
  }
  const facts = [
    await look(from, start, `ip route get ${address}`),
    await look(from, start, 'ip -br addr'),
  ]
  if (end !== undefined) {
    facts.push(await look(to, end, 'ip -br addr'), await look(to, end, 'ss -Hltun'))
  }
  return facts.join('\n')
}

/** Why it was lost. Where the answer says that it was not, or there is none, what there is to see is told too. */
async function whyNot(
  lab: Lab,
  ends: Parameters<typeof factsOf>,
  port: number | undefined,
): Promise<string> {
  const [[from], , address] = ends
  const options = port === undefined ? {} : { protocol: 'tcp' as const, port }
  try {
    const answer = await lab.explain(from, address as IpText, options)
    const said = String(answer)
    return answer.reachability === 'UNREACHABLE' ? said : `${said}\n${await factsOf(...ends)}`
  } catch {
    return factsOf(...ends)
  }
}

/**
 * Whether a packet comes from one place of a lab to another and back: by ping, or with a port by a connection of TCP.
 * A target with addresses of both families is reached when it is over each.
 *
 * @param to a namespace, a host or an address
 * @throws NetloomError `UNKNOWN_NAME`, `BAD_ARGUMENT`, `MISSING_ADDRESS`
 * @example
 * const answer = await reach(lab, 'demo01', 'demo02', { port: 80 })
 * if (!answer.reached) console.log(String(answer))
 */
export async function reach(
  lab: Lab,
  from: string,
  to: string,
  options: ReachOptions = {},
): Promise<Reach> {
  const { port, family, timeoutMs = 1_000, ...rest } = readOptions('reach()', schema, options)
  const { protocol = port === undefined ? 'icmp' : 'tcp' } = rest
  if ((protocol === 'tcp') !== (port !== undefined)) {
    throw new NetloomError('BAD_ARGUMENT', 'a port goes with tcp, and tcp with a port', {
      value: options,
      hint: "Write { protocol: 'tcp', port: 80 }.",
    })
  }
  const start = placeOf(lab, from)
  const end = isAddress(to) ? undefined : placeOf(lab, to)
  const addresses = end === undefined ? [to] : await addressesOf(end, family)
  if (addresses.length === 0) {
    throw new NetloomError(
      'MISSING_ADDRESS',
      `${JSON.stringify(to)} has no address to be reached at`,
      {
        value: to,
        hint: 'Give it one by ip(), or ask for the other family.',
      },
    )
  }
  const how = protocol === 'icmp' ? 'by ping' : `by tcp port ${port}`
  const lines: string[] = []
  for (const address of addresses) {
    const wrong = await attempt(start, address, port, timeoutMs)
    const name = address === to ? to : `${to} (${address})`
    if (wrong === '') continue
    lines.push(`${from} does not reach ${name} ${how}: ${wrong}`)
    lines.push(await whyNot(lab, [[from, start], [to, end], address], port))
  }
  const reached = lines.length === 0
  const text = reached ? `${from} reaches ${to} (${addresses.join(', ')}) ${how}` : lines.join('\n')
  return { reached, toString: () => text }
}

/**
 * For `expect.extend()` of vitest and Jest.
 *
 * @example
 * await expect(lab).toReach('demo01', 'demo02', { protocol: 'tcp', port: 80 })
 */
export const reachMatchers = {
  async toReach(lab: Lab, from: string, to: string, options?: ReachOptions) {
    const answer = await reach(lab, from, to, options)
    return { pass: answer.reached, message: () => String(answer) }
  },
}
