import type { Plan } from '../../src/index.js'
import type { Machine } from './machine.js'

const TOOLS =
  'bash ip iptables iptables-restore ip6tables ip6tables-restore nft stat mkdir rm rmdir mv cp cksum readlink sleep cat'

/** The command that runs a plan's script, on a search path that has the tools it asks for and no node. */
export async function scriptWithoutNode(machine: Machine, plan: Plan): Promise<string> {
  const script = machine.file('lab.sh', plan.toBash())
  await machine.ok(`
    mkdir -p ${machine.folder}/bin
    for tool in ${TOOLS}; do
      ! path=$(command -v $tool) || ln -sf "$path" ${machine.folder}/bin/$tool
    done`)
  // what is added behind it, /usr/sbin and /sbin, has no node either
  return `env -i PATH=${machine.folder}/bin bash ${script}`
}
