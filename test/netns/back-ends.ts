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
async function pathOf(machine: Machine, back: BackEnd): Promise<string> {
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

/** The back end that is found by a search path. */
export const byPath = (PATH: string): Asked => ({
  call: { PATH, options: {} },
  env: `PATH=${PATH}`,
})

export async function ask(machine: Machine, back: BackEnd): Promise<Asked> {
  const PATH = await pathOf(machine, back)
  if (back !== 'nft') return byPath(PATH)
  return { call: { PATH, options: { firewall: 'nft' } }, env: `PATH=${PATH} NETLOOM_FIREWALL=nft` }
}

/** Bash that takes tools away from a machine: what was made by them stays. */
const without = (names: string) => `
mkdir /run/sbin
mount --bind /usr/sbin /run/sbin
mount -t tmpfs tmpfs /usr/sbin
for tool in /run/sbin/*; do
  case \${tool##*/} in ${names}) ;; *) ln -s "$tool" /usr/sbin/ ;; esac
done`

export const WITHOUT_IPTABLES = without('*tables*')
export const WITHOUT_BOTH = without('*tables* | nft')
