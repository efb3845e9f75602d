import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Machine } from '../netns/machine.js'

/**
 * What befalls a command: it fails, it hangs, or the process of the program is killed before it, while it runs, or behind it.
 */
export const FAULTS = ['fail', 'hang', 'before', 'during', 'after'] as const
export type FaultKind = (typeof FAULTS)[number]

const TOOLS = [
  'ip',
  'iptables',
  'ip6tables',
  'iptables-restore',
  'ip6tables-restore',
  'nft',
  'perl',
]
const FILE_TOOLS = ['mkdir', 'mv', 'cp', 'rm', 'rmdir']

/** The tools of a machine, of which one change is struck. */
export interface Striker {
  /** The words that start a program whose writes of settings can be struck. */
  readonly env: readonly string[]
  /** The search path on which the tools stand first. */
  readonly PATH: string
  /**
   * Strikes at the change of `up` or `down` with this number, counted from 1, or at the first of this kind. What is
   * killed is this process; a script that is yet to be started puts its own number there.
   */
  at(
    change: number | RegExp,
    fault: FaultKind,
    phase: 'up' | 'down',
    program: number | 'itself',
  ): Promise<void>
  /** The change that was struck, as the tool was told it; empty where none was. */
  fired(): Promise<string>
  /** How many changes there were up to there, or in all where none was struck. */
  count(): Promise<number>
}

export async function strikerOn(machine: Machine, path: string): Promise<Striker> {
  const { folder } = machine
  for (const name of ['strike.sh', 'strike.bash', 'setting.bash', '../netns/message.pm']) {
    machine.file(basename(name), readFileSync(join(import.meta.dirname, name), 'utf8'))
  }
  const links = [...TOOLS, ...FILE_TOOLS].map((tool) => `ln -s ../strike.sh ${folder}/bin/${tool}`)
  await machine.ok(`mkdir ${folder}/bin; ${links.join('; ')}`)
  return {
    env: ['env', `STRIKE=${folder}`, `BASH_ENV=${folder}/setting.bash`, `PATH=${path}`],
    PATH: `${folder}/bin:${path}`,
    at: async (change, fault, phase, program) => {
      const which = typeof change === 'number' ? change : `=${change.source.replaceAll(' ', '.')}`
      machine.file('at', `${which} ${fault} ${phase} ${program}\n`)
      machine.file('count', '0\n')
      await machine.ok(`rm -f ${folder}/fired`)
    },
    fired: async () => (await machine.run(`cat ${folder}/fired`)).stdout,
    count: async () => Number(machine.read('count')),
  }
}
