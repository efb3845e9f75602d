import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NetloomError } from '../errors.js'

/** What a machine's network is made of: a list of lines for each part, sorted. */
export type MachineState = Readonly<Record<string, readonly string[]>>

/** What changes by itself on a machine that does nothing: counts, keys, and what only can be written. */
const RESTLESS = /(?:_count|_key|\/flush|\/nr_.*|\/random.*|_mem)$/

/** Each part: a command, and what of its lines is not about the state but about time. */
const COMMANDS: readonly (readonly [part: string, command: readonly string[], passing: RegExp])[] =
  [
    ['links', ['ip', '-o', 'link'], /^\d+: |\\.*|@if\d+| (?:qdisc|state|qlen|mode) \S+|<.*>/g],
    ['addresses', ['ip', '-o', 'addr'], /^\d+: |\\.*/g],
    ['routes', ['ip', '-o', 'route', 'show', 'table', 'all'], / expires \S+/g],
    ['routes of IPv6', ['ip', '-6', '-o', 'route', 'show', 'table', 'all'], / expires \S+/g],
    ['rules of routing', ['ip', 'rule'], /$^/],
    ['rules', ['iptables-save'], /^#.*|\[\d+:\d+\]/g],
    ['rules of IPv6', ['ip6tables-save'], /^#.*|\[\d+:\d+\]/g],
    ['rule set of nftables', ['nft', '-s', 'list', 'ruleset'], /^#.*/g],
  ]

/** What a command says; nothing where it is not there, or may not look. */
function said([command = '', ...args]: readonly string[]): Promise<string> {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env: { ...process.env, PATH, LC_ALL: 'C' }, maxBuffer: 2 ** 28 },
      (error, stdout) => resolve(error === null ? stdout : ''),
    )
  })
}

const sorted = (lines: readonly string[]) =>
  lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .toSorted()

/** Every setting below a folder of /proc/sys that can be read. */
async function settings(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const all = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return settings(path)
      if (RESTLESS.test(path)) return []
      const value = await readFile(path, 'utf8').catch(() => undefined)
      return value === undefined ? [] : [`${path.slice('/proc/sys/'.length)} = ${value.trim()}`]
    }),
  )
  return all.flat()
}

/** The names of namespaces, and what is mounted there: a name that was only removed leaves its mount. */
async function namespaces(): Promise<string[]> {
  const names = await readdir('/run/netns').catch(() => [])
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  const places = mounts.split('\n').flatMap((line) => line.split(' ')[4] ?? [])
  return [...names, ...places.filter((place) => place.startsWith('/run/netns/'))]
}

/**
 * What the network of this machine is made of: links, addresses, routes, rules, settings, namespaces. Looks only, and
 * only at what this program may see.
 */
export async function machineState(): Promise<MachineState> {
  const parts = await Promise.all(
    COMMANDS.map(async ([part, command, passing]) => {
      // to look at the tables of the old kind would load them
      const lines = (await said(command)).split('\n')
      return [part, sorted(lines.map((line) => line.replace(passing, '')))] as const
    }),
  )
  return Object.fromEntries([
    ...parts,
    ['settings', sorted(await settings('/proc/sys/net'))],
    ['namespaces', sorted(await namespaces())],
  ])
}

/** What is in one list and not in the other, counting copies. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1)
  return list.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** What came to be (`+`) and what went (`-`) between two looks, a line for each thing. */
export function differences(before: MachineState, after: MachineState): string[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...parts].flatMap((part) => {
    const [was, is] = [before[part] ?? [], after[part] ?? []]
    return [
      ...without(is, was).map((line) => `+ ${part}: ${line}`),
      ...without(was, is).map((line) => `- ${part}: ${line}`),
    ]
  })
}

/** A look at the machine, for comparing. */
export interface LeakWatch {
  /**
   * Compares.
   *
   * @throws NetloomError `LEAK` with the differences
   */
  check(): Promise<void>
}

/**
 * Looks at the network of this machine, so that what is different later can be told.
 *
 * @example
 * const watch = await watchLeaks()
 * // ... the suite
 * await watch.check()
 */
export async function watchLeaks(): Promise<LeakWatch> {
  const before = await machineState()
  return {
    check: async () => {
      const found = differences(before, await machineState())
      if (found.length === 0) return
      throw new NetloomError(
        'LEAK',
        `the network of this machine is not as it was:\n${found.join('\n')}`,
        {
          value: found,
          hint: 'Find the test that leaves it: up() with down(), or a sandbox.',
        },
      )
    },
  }
}
