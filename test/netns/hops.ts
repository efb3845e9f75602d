import type { Machine } from './machine.js'

/** What a ping says in short: how many hops its answer has left, such as `ttl=63` behind one router, or `lost`. */
export async function hops(machine: Machine, from: string, to: string): Promise<string> {
  const inside = from === '' ? '' : `ip netns exec ${from} `
  const { stdout } = await machine.run(`${inside}ping -n -c1 -W1 ${to}`)
  return /ttl=\d+/.exec(stdout)?.[0] ?? 'lost'
}
