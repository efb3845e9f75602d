import { expect } from 'vitest'
import { askersAt, OUTSIDE, type Target } from './asking.js'
import type { Machine } from './machine.js'

/** `web db tcp 80`, or `web db ping`: who asks whom, and how. */
type Line = `${string} ${string} ${'ping' | `tcp ${number}` | `udp ${number}`}`

/** What passes, over both families, and what is lost over both. */
export interface Verdicts {
  readonly passes: readonly Line[]
  readonly lost: readonly Line[]
}

const HOST = ['100.100.198.250', 'fd00:100::250'] as const

function questionOf(line: Line, addresses: readonly string[]) {
  const [from = '', to = '', how = '', port] = line.split(' ')
  const protocol = how === 'ping' ? 'icmp' : (how as 'tcp' | 'udp')
  return addresses.map((address) => {
    const target: Target = { address, protocol, port: port === undefined ? port : Number(port) }
    return { line, from, to, target }
  })
}

/** Asks all of them side by side; each place has one address of each family. */
export async function decide(
  machine: Machine,
  inside: Readonly<Record<string, readonly string[]>>,
  { passes, lost }: Verdicts,
): Promise<void> {
  const places = { ...inside, h: HOST, [OUTSIDE]: ['100.100.198.1', 'fd00:100::1'] }
  const ports = [...passes, ...lost].flatMap((line) => Number(line.split(' ')[3] ?? 80))
  await machine.settled()
  const at = await askersAt(machine, places, [...new Set(ports)])
  const heard = async (lines: readonly Line[], ms: number) => {
    const questions = lines.flatMap((line) =>
      questionOf(line, places[line.split(' ')[1] as keyof typeof places] ?? []),
    )
    const all = [...at].map(async ([name, asker]) => {
      const own = questions.filter(({ from }) => from === name)
      const answers = await asker.ask(
        own.map(({ target }) => target),
        ms,
      )
      return own.flatMap(({ line }, i) => (answers[i] === 'answers' ? [line] : []))
    })
    const answered = (await Promise.all(all)).flat()
    return (line: Line) => answered.filter((each) => each === line).length
  }
  try {
    const first = await heard([...passes, ...lost], 500)
    // a busy machine is late
    const late = passes.filter((line) => first(line) < 2)
    const again = await heard(late, 2000)
    const times = (line: Line) => Math.max(first(line), again(line))
    const said = [...passes, ...lost].map((line) => `${line}: ${times(line)}`)
    expect(said).toEqual([
      ...passes.map((line) => `${line}: 2`),
      ...lost.map((line) => `${line}: 0`),
    ])
  } finally {
    for (const asker of at.values()) await asker[Symbol.asyncDispose]()
  }
}
