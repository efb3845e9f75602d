import type { Shell as ZxShell } from 'zx/core'
import { type Finding, NetloomError } from '../errors.js'
import { cutError, type Ended, execute } from './execute.js'
import { type HostPart, probeProgram } from './program.js'
import type { RunOptions, State } from './types.js'

const FAULT = '@fault '

/** What a program printed of faults of this machine. */
export const faultsIn = ({ lines }: Ended, host: string): Finding[] =>
  lines
    .filter((line) => line.startsWith(FAULT))
    .map((line) => ({ path: host, message: line.slice(FAULT.length) }))

export function preflightError(findings: readonly Finding[]): NetloomError {
  return new NetloomError(
    'PREFLIGHT',
    'this machine lacks what the plan needs; nothing was changed',
    {
      findings,
    },
  )
}

/** A program that neither ended well nor said why: nothing that netloom foresaw. */
export function unforeseen(host: string, { stderr, exitCode }: Ended): NetloomError {
  return new NetloomError(
    'STEP_FAILED',
    `the program on host ${host} ended with code ${exitCode}: ${stderr}`,
    {
      failure: { command: 'bash -s', host, exitCode, stderr },
    },
  )
}

/**
 * How each step of a host stands. Changes nothing.
 *
 * @throws NetloomError `PREFLIGHT`, `TIMEOUT`, `ABORTED`
 */
export async function probe(
  $: ZxShell,
  part: HostPart,
  options: RunOptions,
): Promise<readonly State[]> {
  const ended = await execute($, probeProgram(part), options)
  if (ended.cut !== undefined) throw cutError(ended.cut, options)
  const faults = faultsIn(ended, part.host)
  if (faults.length > 0) throw preflightError(faults)
  if (ended.exitCode !== 0) throw unforeseen(part.host, ended)
  return ended.lines as readonly State[]
}
