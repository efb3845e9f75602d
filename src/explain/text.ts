import type { Cause, Explanation, Hop, Trace } from './types.js'

const OWNERS = {
  sdk: "the lab's own",
  foreign: "not the lab's",
  'kernel-default': 'as a kernel begins',
} as const

type Paint = (text: string) => string
const plain: Paint = (text) => text
const colour =
  (code: number): Paint =>
  (text) =>
    `\u001b[${code}m${text}\u001b[0m`

interface Process {
  readonly stdout?: { readonly isTTY?: boolean }
  readonly env?: { readonly NO_COLOR?: string }
}

/** Colours are for a terminal; a browser has none. */
function paints(): { readonly bad: Paint; readonly good: Paint; readonly dim: Paint } {
  const { process } = globalThis as { process?: Process }
  const on = process?.stdout?.isTTY === true && !process.env?.NO_COLOR
  return on
    ? { bad: colour(31), good: colour(32), dim: colour(2) }
    : { bad: plain, good: plain, dim: plain }
}

const ends = ({ iif, oif }: Hop) => [iif, oif].filter((link) => link !== undefined).join(' -> ')

/** `node03/demo01 (eth0) > node03 (a -> b)`, up to where it is lost. */
function way({ hops, direction }: Trace, lostAt: Explanation['lostAt']): string {
  const last = lostAt?.direction === direction ? lostAt.hop : hops.length - 1
  const shown = hops.slice(0, last + 1).map((hop) => {
    const links = ends(hop)
    return links === '' ? hop.node : `${hop.node} (${links})`
  })
  return `${shown.join(' > ')}${lostAt?.direction === direction ? ' x' : ''}`
}

function question({ flow }: Explanation): string {
  const { protocol, srcNode, srcIp, dstIp, dstPort } = flow
  const port = dstPort === undefined ? '' : ` port ${dstPort}`
  return `${protocol} from ${srcNode} (${srcIp}) to ${dstIp}${port}`
}

const whose = ({ cause, reachability }: Explanation) =>
  cause === undefined || reachability === 'UNDETERMINED' ? '' : ` (${OWNERS[cause.owner]})`

/** Where the packet is, which need not be where the fault lies. */
const placeOfLoss = ({ lostAt, forward, return: back }: Explanation) =>
  lostAt && (lostAt.direction === 'forward' ? forward : back)?.hops[lostAt.hop]?.node

function mendLines({ mends }: Cause, dim: Paint): string[] {
  return mends.flatMap(({ description, commands = [], sdkChange, verified, next, sideEffects }) => {
    const then = verified ? 'then it arrives' : `then comes ${next}`
    return [
      `  mend: ${description} (${next === undefined && !verified ? 'not tried' : then})`,
      ...commands.map((words) => `        ${words.join(' ')}`),
      ...(sdkChange === undefined ? [] : [`        in the plan: ${sdkChange}`]),
      ...sideEffects.map((effect) => dim(`        beside: ${effect}`)),
    ]
  })
}

/** The answer for a person, in a few lines. */
export function toText(e: Explanation): string {
  const { bad, good, dim } = paints()
  const { reachability, cause, contributing, lostAt, caveats } = e
  const lost = lostAt?.direction === 'return' ? 'delivered, but the reply is lost' : 'lost'
  const verdict = {
    REACHABLE: good('delivered, and answered'),
    UNREACHABLE: bad(`${lost} at ${placeOfLoss(e)}, ${cause?.stage}`),
    UNDETERMINED: bad('cannot be told'),
  }[reachability]
  return [
    `${question(e)}: ${verdict}`,
    ...(cause === undefined
      ? []
      : [`  ${cause.code}: ${cause.message}${whose(e)}`, ...mendLines(cause, dim)]),
    ...contributing.map(({ code, message }) => `  next: ${code}: ${message}`),
    dim(`  there: ${way(e.forward, lostAt)}`),
    ...(e.return === undefined || lostAt?.direction === 'forward'
      ? []
      : [dim(`  back:  ${way(e.return, lostAt)}`)]),
    ...caveats.map((caveat) => dim(`  note: ${caveat}`)),
  ].join('\n')
}
