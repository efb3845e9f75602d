import type { RunOptions } from '../../src/index.js'
import type { Machine } from './machine.js'

/** What places the rules of a lab. */
export const BACK_ENDS = ['iptables-nft', 'iptables-legacy', 'nft'] as const
export type BackEnd = (typeof BACK_ENDS)[number]

/** Bash that gives the legacy back end the names that are asked for, in the folder "$LEGACY". */
export const LEGACY = ['iptables', 'ip6tables']
  .flatMap((tool) => ['', '-restore', '-save'].map((part) => [tool, part]))
  .map(([tool, part]) => `ln -s "$(command -v ${tool}-legacy${part})" "$LEGACY/${tool}${part}"`)
  .join('\n')

/** The search path by which a machine has this back end. */
export async function pathOf(machine: Machine, back: BackEnd): Promise<string> {
  const path = await machine.ok('echo "$PATH"')
  if (back !== 'iptables-legacy') return path
  await machine.ok(`LEGACY=${machine.folder}/legacy; mkdir "$LEGACY"\n${LEGACY}`)
  return `${machine.folder}/legacy:${path}`
}

/** How a back end is asked for: nft by its name, of the others the one that the machine has. */
export interface Asked {
  /** What a call of the SDK is given. */
  readonly call: { readonly PATH: string; readonly options: Options }
  /** What stands before the word of a script. */
  readonly env: string
}

type Options = RunOptions & { readonly firewall?: 'nft' }

export async function ask(machine: Machine, back: BackEnd): Promise<Asked> {
  const PATH = await pathOf(machine, back)
  if (back !== 'nft') return { call: { PATH, options: {} }, env: `PATH=${PATH}` }
  return { call: { PATH, options: { firewall: 'nft' } }, env: `PATH=${PATH} NETLOOM_FIREWALL=nft` }
}

/** A folder with the tools of the machine, but for iptables: a search path for scripts. */
export async function pathWithoutIptables(machine: Machine): Promise<string> {
  const folder = `${machine.folder}/without-iptables`
  await machine.ok(`mkdir ${folder}
IFS=:
for place in $PATH; do
  for tool in "$place"/*; do
    case "\${tool##*/}" in *iptables* | *ip6tables* | xtables-*) ;; *) ln -sf "$tool" ${folder}/ ;; esac
  done
done`)
  return folder
}
