import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const here = join(import.meta.dirname, 'peers')

/** What makes the same network: so many namespaces, each with a pair to the host, an address, routes, two rules. */
export interface Peer {
  readonly name: string
  /** The words before `up COUNT` and `down COUNT`; none where this machine has not what it takes. */
  readonly command: readonly string[] | undefined
  /** The start of an empty program of its language is told apart. */
  readonly node: boolean
  /** It starts a process for each command, and takes minutes for a thousand namespaces. */
  readonly slow: boolean
}

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0

function limit(): readonly string[] | undefined {
  if (!works('gcc', '--version')) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'limit')
  execFileSync('gcc', ['-O2', '-o', file, join(here, 'limit.c')])
  return [file]
}

/** The first on the search path may not be the one that the system's packages are for. */
function python(module: string, file: string): readonly string[] | undefined {
  const found = ['python3', '/usr/bin/python3'].find((command) =>
    works(command, '-c', `import ${module}`),
  )
  return found === undefined ? undefined : [found, join(here, file)]
}

export const peers = (): readonly Peer[] => [
  { name: 'limit (C, netlink)', command: limit(), node: false, slow: false },
  {
    name: 'netloom',
    command: [process.execPath, join(here, 'ours.mjs')],
    node: true,
    slow: false,
  },
  {
    name: 'tuned batches',
    command: ['bash', join(here, 'batches.sh')],
    node: false,
    slow: false,
  },
  { name: 'pyroute2', command: python('pyroute2', 'by-pyroute2.py'), node: false, slow: true },
  { name: 'Mininet', command: python('mininet.net', 'by-mininet.py'), node: false, slow: true },
  { name: 'bash by hand', command: ['bash', join(here, 'by-hand.sh')], node: false, slow: true },
  {
    name: 'a zx call per command',
    command: [process.execPath, join(here, 'zx.mjs')],
    node: true,
    slow: true,
  },
]
