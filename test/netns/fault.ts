import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './machine.js'

/** The tools of a machine, of which one change fails or hangs. */
export interface Fault {
  /** The search path on which they stand first. */
  readonly PATH: string
  /** Strikes at the change with this number, counted from 1; `slow` hangs, and its undo takes three seconds. */
  at(change: number, mode?: 'fail' | 'hang' | 'slow'): Promise<void>
  /** The change at which it struck, as the tool was told it; empty where it did not. */
  fired(): Promise<string>
}

const TOOLS = ['ip', 'iptables-restore', 'ip6tables-restore', 'perl']

export async function faultOn(machine: Machine): Promise<Fault> {
  for (const name of ['fault.bash', 'message.pm']) {
    machine.file(name, readFileSync(join(import.meta.dirname, name), 'utf8'))
  }
  const links = TOOLS.map((tool) => `ln -s ../fault.bash ${machine.folder}/bin/${tool}`)
  await machine.ok(`mkdir ${machine.folder}/bin; ${links.join('; ')}`)
  const usual = await machine.ok('echo "$PATH"')
  return {
    PATH: `${machine.folder}/bin:${usual}`,
    at: async (change, mode = 'fail') => {
      machine.file('at', `${change} ${mode}\n`)
      machine.file('count', '0\n')
      await machine.ok(`rm -f ${machine.folder}/fired`)
    },
    fired: async () => (await machine.run(`cat ${machine.folder}/fired`)).stdout,
  }
}
