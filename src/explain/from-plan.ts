import { network } from '../ip/network.js'
import { labOf } from '../plan/lab.js'
import { SEGMENT } from '../plan/place.js'
import type { PlanJson } from '../plan/schema.js'
import { kindOf } from '../resource/index.js'
import type { Host } from '../resource/kind.js'
import { StateDraft } from '../state/draft.js'
import type { NetState } from '../state/state.js'

const isWired = ({ addresses, device }: Host) => addresses !== undefined || device !== undefined

/** The hosts' uplinks stand on one segment, which leads on to where nothing is known. */
function wire(draft: StateDraft, hosts: readonly Host[]): void {
  draft.add(SEGMENT, false)
  draft.link(SEGMENT, { name: 'segment', kind: 'bridge', up: true })
  draft.link(SEGMENT, { name: 'outside', kind: 'veth', up: true, master: 'segment' })
  hosts.filter(isWired).forEach((host, i) => {
    const name = host.device ?? 'eth0'
    const port = `port${i}`
    const back = { node: host.name, link: name }
    draft.link(SEGMENT, { name: port, kind: 'veth', up: true, master: 'segment', peer: back })
    const peer = { node: SEGMENT, link: port }
    draft.link(host.name, { name, kind: 'veth', up: true, peer })
    for (const text of host.addresses ?? []) {
      const { address, prefix } = network(text)
      draft.address(host.name, name, address, prefix)
    }
  })
}

/** The state that a plan describes, on hosts that are otherwise as a kernel begins. */
export function stateOf(plan: PlanJson, forwardPolicy: 'accept' | 'drop'): NetState {
  const lab = labOf(plan)
  const draft = new StateDraft(forwardPolicy)
  for (const { name } of plan.hosts) draft.add(name, true)
  wire(draft, plan.hosts)
  for (const resource of plan.resources) kindOf(resource).state(resource, draft, lab)
  return draft.build()
}
