import type { LabResult } from './labs.js'

const WIDTH = 720
const HEIGHT = 420
const LEFT = 64
const RIGHT = 190
const TOP = 36
const BOTTOM = 44
const COLOURS = ['#111111', '#c0392b', '#2471a3', '#1e8449', '#7d3c98', '#b9770e', '#616a6b']

const POWERS = [0.01, 0.1, 1, 10, 100, 1000]

/** A scale of powers of ten. */
function scale(from: number, to: number, start: number, end: number) {
  const [a, b] = [Math.log10(from), Math.log10(to)]
  return (value: number) => start + ((Math.log10(value) - a) / (b - a)) * (end - start)
}

const text = (x: number, y: number, anchor: string, words: string, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${more}>${words}</text>`

/** Time against size, both in powers of ten, a line for each peer. */
export function plot(results: readonly LabResult[], verb: 'up' | 'down'): string {
  const names = [...new Set(results.map(({ peer }) => peer))]
  const counts = [...new Set(results.map(({ count }) => count))].toSorted((a, b) => a - b)
  const seconds = results.map((result) => result[verb].ms / 1000)
  const low = POWERS.findLast((power) => power <= Math.min(...seconds)) ?? 0.01
  const high = POWERS.find((power) => power >= Math.max(...seconds)) ?? 1000
  const x = scale(counts[0] ?? 1, counts.at(-1) ?? 10, LEFT, WIDTH - RIGHT)
  const y = scale(low, high, HEIGHT - BOTTOM, TOP)
  const ticks = POWERS.filter((power) => power >= low && power <= high)
  const grid = [
    ...ticks.map(
      (power) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(power).toFixed(1)}" y2="${y(power).toFixed(1)}" stroke="#dddddd"/>${text(LEFT - 8, y(power) + 4, 'end', `${power} s`)}`,
    ),
    ...counts.map((count) => text(x(count), HEIGHT - BOTTOM + 20, 'middle', String(count))),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, 'middle', 'namespaces'),
    text(LEFT, TOP - 14, 'start', `${verb}: whole process, seconds`, ' font-weight="bold"'),
  ]
  const labels = names
    .map((name, i) => {
      const own = results.filter(({ peer }) => peer === name).toSorted((a, b) => a.count - b.count)
      const points = own.map((result) => [x(result.count), y(result[verb].ms / 1000)] as const)
      return { name, colour: COLOURS[i % COLOURS.length] ?? '#111111', points }
    })
    .toSorted((a, b) => (a.points.at(-1)?.[1] ?? 0) - (b.points.at(-1)?.[1] ?? 0))
  let at = 0
  const lines = labels.map(({ name, colour, points }) => {
    const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')
    const [endX = 0, endY = 0] = points.at(-1) ?? []
    // names do not lie on each other
    at = Math.max(at + 15, endY + 4)
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(
        ([px, py]) =>
          `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      text(Math.max(endX, WIDTH - RIGHT) + 10, at, 'start', name, ` fill="${colour}"`),
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${verb}: time against the number of namespaces</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...grid,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}
