import type { Machine } from './machine.js'

/** The back ends of iptables. */
export const BACK_ENDS = ['nft', 'legacy'] as const

/** Bash that gives the legacy back end the names that are asked for, in the folder "$LEGACY". */
export const LEGACY = ['iptables', 'ip6tables']
  .flatMap((tool) => ['', '-restore', '-save'].map((part) => [tool, part]))
  .map(([tool, part]) => `ln -s "$(command -v ${tool}-legacy${part})" "$LEGACY/${tool}${part}"`)
  .join('\n')

/** The search path by which a machine has this back end. */
export async function pathOf(machine: Machine, back: (typeof BACK_ENDS)[number]): Promise<string> {
  const path = await machine.ok('echo "$PATH"')
  if (back === 'nft') return path
  await machine.ok(`LEGACY=${machine.folder}/legacy; mkdir "$LEGACY"\n${LEGACY}`)
  return `${machine.folder}/legacy:${path}`
}
