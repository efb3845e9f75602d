import { spawn } from 'node:child_process'
import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'

/** The words that go before a command to take it into a place; none for this machine itself. */
export type Enter = readonly string[]

type Spawn = typeof spawn

/** zx hands over a whole line for its shell; the shell is started inside the place. */
function spawnInside(enter: Enter): Spawn {
  const inside = (line: string, _args: unknown, options: { shell?: string; cwd?: string }) => {
    const { shell, cwd, ...rest } = options
    // Another mount namespace has its own idea of where one stands.
    const there = enter[0] === 'nsenter' ? ['env', '-C', String(cwd)] : []
    const [command = '', ...words] = [...enter, ...there, String(shell), '-c', line]
    return spawn(command, words, { ...rest, cwd, shell: false })
  }
  return inside as unknown as Spawn
}

/** zx's `$` whose commands run in a place. It leaves zx's global settings alone. */
export async function shellIn(enter: Enter): Promise<ZxShell> {
  const { $ } = await import('zx/core')
  if (!$.shell) {
    throw new NetloomError('PREFLIGHT', 'bash is missing', { hint: 'Install the package bash.' })
  }
  return enter.length === 0 ? $({}) : $({ spawn: spawnInside(enter) })
}
