import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { ProcessPromise, Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { type Enter, entered, isSandbox } from './enter.js'

type Spawn = typeof spawn

/** The variable by which a lab's own processes are told from those of others. */
const MARK = 'NETLOOM_LAB'

/** Where a lab's commands run. */
export interface LabPlace {
  readonly enter: Enter
  readonly lab: string
}

interface SpawnOptions {
  readonly shell: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly stdio?: StdioOptions
  readonly detached?: boolean
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

/** Starts a shell inside the place, with a whole line for it. */
function spawnInside({ enter, lab }: LabPlace, line: string, options: SpawnOptions): ChildProcess {
  const { shell, cwd } = options
  // Where no shell started this program, bash takes its pipe for a login from afar and reads ~/.bashrc.
  const [command = '', ...words] = wordsIn(enter, cwd, [shell, '--norc', '-c', line])
  const env = marked(lab, options.env)
  return entered(enter, spawn(command, words, { ...options, env, shell: false }))
}

/** zx is CommonJS underneath: asked for as that, it is there in half the time. */
const load = createRequire(import.meta.url)

/** zx's `$` whose commands run in a place, for a lab. It leaves zx's global settings alone. */
export function shellIn(place: LabPlace): ZxShell {
  const inside = (line: string, _args: unknown, options: SpawnOptions) =>
    spawnInside(place, line, options)
  return shellBy(inside as unknown as Spawn)
}

function shellBy(by: Spawn): ZxShell {
  const { $ } = load('zx/core') as typeof import('zx/core')
  if (!$.shell) {
    throw new NetloomError('PREFLIGHT', 'bash is missing', { hint: 'Install the package bash.' })
  }
  return $({ spawn: by })
}

/**
 * Starts bash in a place. It leads a process group of its own, so that it can be killed as a whole and the terminal's
 * Ctrl-C does not reach it. `handToZx` takes it over before it is at its end, and gets what it has complained of by then.
 */
export function startBash(
  place: LabPlace,
  line: string,
  stdio: readonly ('pipe' | 'ignore')[],
  env = process.env,
): ChildProcess {
  const options = { shell: 'bash', cwd: process.cwd(), env, stdio: [...stdio], detached: true }
  const child = spawnInside(place, line, options)
  // where it could not be started, zx says so
  child.once('error', () => {})
  return child
}

/** What has been started, as a process of zx. */
export function handToZx(child: ChildProcess): ProcessPromise {
  const $ = shellBy((() => child) as unknown as Spawn)
  return $({ detached: true, nothrow: true, quiet: true })`bash`
}
