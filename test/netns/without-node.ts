import type { Plan } from '../../src/index.js'
import type { Machine } from './machine.js'

const TOOLS =
  'bash ip iptables iptables-restore iptables-save ip6tables ip6tables-restore ip6tables-save nft stat mkdir rm rmdir mv cp cksum readlink sleep cat'

/** The command that runs a plan's script, on a search path that has the tools it asks for, as another one has them, and no node. */
export async function scriptWithoutNode(
  machine: Machine,
  plan: Plan,
  PATH = '$PATH',
  env = '',
): Promise<string> {
  const script = machine.file('lab.sh', plan.toBash())
  await machine.ok(`
    PATH=${PATH}; mkdir -p ${machine.folder}/bin
    for tool in ${TOOLS}; do
      ! path=$(command -v $tool) || ln -sf "$path" ${machine.folder}/bin/$tool
    done`)
  // what is added behind it, /usr/sbin and /sbin, has no node either
  const [choice = ''] = /NETLOOM_FIREWALL=\w+/.exec(env) ?? []
  return `env -i PATH=${machine.folder}/bin ${choice} bash ${script}`
}
