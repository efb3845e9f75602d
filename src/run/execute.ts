import type { ProcessPromise, Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import type { RunOptions } from './types.js'

const DEFAULT_TIMEOUT_MS = 30_000

/** How a program ended. */
export interface Ended {
  readonly lines: readonly string[]
  readonly stderr: string
  readonly exitCode: number | null
  /** Why it was ended from outside, where it was. */
  readonly cut: 'timeout' | 'abort' | undefined
}

/** The program leads a process group of its own: nothing that it started stays behind. */
function killGroup(child: ProcessPromise): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

/**
 * Runs a bash program through zx and hands out its lines as they come. Each line is a sign of life: where
 * none comes for `timeoutMs`, the process that hangs is killed, with the program.
 */
export async function execute(
  $: ZxShell,
  program: string,
  options: RunOptions,
  onLine: (line: string) => void = () => {},
): Promise<Ended> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (signal?.aborted === true) return { lines: [], stderr: '', exitCode: null, cut: 'abort' }
  const lines: string[] = []
  let cut: Ended['cut']
  // prefix and postfix are empty so that the shell becomes the program, without a process between
  const child = $({
    input: program,
    detached: true,
    nothrow: true,
    quiet: true,
    prefix: '',
    postfix: '',
  })`exec bash -s`
  const end = (why: Ended['cut']) => {
    cut ??= why
    killGroup(child)
  }
  const onAbort = () => end('abort')
  signal?.addEventListener('abort', onAbort, { once: true })
  let timer = setTimeout(end, timeoutMs, 'timeout')
  let rest = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    clearTimeout(timer)
    timer = setTimeout(end, timeoutMs, 'timeout')
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      lines.push(line)
      onLine(line)
    }
  })
  try {
    const { stderr, exitCode } = await child
    return { lines, stderr, exitCode, cut }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** What is said where a run was cut off, with whatever failure it led to. */
export function cutError(
  cut: 'timeout' | 'abort',
  options: RunOptions,
  detail: ConstructorParameters<typeof NetloomError>[2] = {},
): NetloomError {
  if (cut === 'abort') {
    return new NetloomError('ABORTED', 'the run was aborted', {
      cause: options.signal?.reason,
      ...detail,
    })
  }
  const ms = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  return new NetloomError('TIMEOUT', `a command took more than ${ms} ms`, {
    hint: 'A higher timeoutMs gives it longer.',
    ...detail,
  })
}
