/** What connects the uplinks of a plan's hosts. No host can have this name. */
export const SEGMENT = '(segment)'

/** A namespace by its name: which it is, and the hosts that have one. */
export interface Named {
  readonly namespace: string
  readonly hosts: readonly string[]
}

/** `demo01`, or `node03/demo01` where several hosts have one. */
export function named(name: string, hostsOf: (namespace: string) => readonly string[]): Named {
  const slash = name.indexOf('/')
  if (slash < 0) return { namespace: name, hosts: hostsOf(name) }
  const [host, namespace] = [name.slice(0, slash), name.slice(slash + 1)]
  return { namespace, hosts: hostsOf(namespace).filter((each) => each === host) }
}
