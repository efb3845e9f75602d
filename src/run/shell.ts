import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { type Enter, entered, isSandbox } from './enter.js'

type Spawn = typeof spawn

/** The variable by which a lab's own processes are told from those of others. */
const MARK = 'NETLOOM_LAB'

interface SpawnOptions {
  readonly shell: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** A command as it is started in a place. Another mount namespace has its own idea of where one stands. */
export const wordsIn = (
  enter: Enter,
  cwd: string,
  command: readonly string[],
): readonly string[] =>
  isSandbox(enter) ? [...enter, 'env', '-C', cwd, ...command] : [...enter, ...command]

/** An environment by which the lab's own processes are told from those of others. */
export const marked = (lab: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  [MARK]: lab,
})

/** zx hands over a whole line for its shell; the shell is started inside the place. */
function spawnInside(enter: Enter, lab: string): Spawn {
  const inside = (line: string, _args: unknown, options: SpawnOptions) => {
    const { shell, cwd } = options
    // Where no shell started this program, bash takes its pipe for a login from afar and reads ~/.bashrc.
    const [command = '', ...words] = wordsIn(enter, cwd, [shell, '--norc', '-c', line])
    const env = marked(lab, options.env)
    return entered(enter, spawn(command, words, { ...options, env, shell: false }))
  }
  return inside as unknown as Spawn
}

/** zx is CommonJS underneath: asked for as that, it is there in half the time. */
const load = createRequire(import.meta.url)

/** zx's `$` whose commands run in a place, for a lab. It leaves zx's global settings alone. */
export function shellIn(enter: Enter, lab: string): ZxShell {
  const { $ } = load('zx/core') as typeof import('zx/core')
  if (!$.shell) {
    throw new NetloomError('PREFLIGHT', 'bash is missing', { hint: 'Install the package bash.' })
  }
  return $({ spawn: spawnInside(enter, lab) })
}
