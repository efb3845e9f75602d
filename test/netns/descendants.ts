import { readdirSync, readFileSync } from 'node:fs'

/** The processes that stand, at whatever distance, under this one. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // it ended while we looked
    }
  }
  const under = (of: number): number[] =>
    (children.get(of) ?? []).flatMap((child) => [child, ...under(child)])
  return under(pid)
}

/** True for what runs; what has ended and waits for somebody to see it does not. */
export const alive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
