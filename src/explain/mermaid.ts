import { label } from '../draw/label.js'
import type { Explanation, Hop } from './types.js'

/** The way as a flow chart: a box for each namespace, a red one where the packet is lost. */
export function toMermaid({ forward, return: back, lostAt, cause, flow }: Explanation): string {
  const lines = ['flowchart LR']
  const draw = (hops: readonly Hop[], side: 'f' | 'r', direction: 'forward' | 'return') => {
    const last = lostAt?.direction === direction ? lostAt.hop : hops.length - 1
    hops.slice(0, last + 1).forEach((hop, i) => {
      lines.push(`  ${side}${i}[${label(hop.node)}]`)
      if (i === 0) return
      const links = [hops[i - 1]?.oif, hop.iif].filter((link) => link !== undefined).join(' - ')
      lines.push(`  ${side}${i - 1} -->|${label(links)}| ${side}${i}`)
    })
    if (lostAt?.direction !== direction) return
    lines.push(`  ${side}x{{${label(`${cause?.code}: ${cause?.stage}`)}}}`)
    lines.push(`  ${side}${last} --x ${side}x`)
    lines.push(`  class ${side}x lost`)
  }
  draw(forward.hops, 'f', 'forward')
  if (back !== undefined && lostAt?.direction !== 'forward') {
    draw(back.hops, 'r', 'return')
    lines.push(`  f${forward.hops.length - 1} -.->|${label('reply')}| r0`)
  }
  lines.push(`  q>${label(`${flow.protocol} ${flow.srcIp} to ${flow.dstIp}`)}]`, '  q -.- f0')
  lines.push('  classDef lost fill:#fdd,stroke:#c00')
  return lines.join('\n')
}
