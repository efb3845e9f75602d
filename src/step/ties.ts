/**
 * What a step hangs on, and what hangs on it. By this a change of a lab that is up knows what goes along with what it takes
 * away, and what is to be made again. The words are those of `tie`.
 */
export interface Ties {
  /** What comes and goes with it: a namespace, the ends of a link. */
  readonly makes?: readonly string[]
  /** What it is gone without. What is inside a namespace is gone without that, too. */
  readonly on?: readonly string[]
  /** The command that takes it back where its place stays, without the tool. Without one, its maker goes with it. */
  readonly back?: Back
  /** Steps of one list take effect in the order in which they were made. */
  readonly list?: string
  /** Steps of one slot take the place of each other: the later one is enough. */
  readonly slot?: string
  /** Of one spot there is one at a time: what goes from there makes room. */
  readonly spot?: string
  /** The links that are made later in this namespace take it over. */
  readonly shapes?: string
  /** The address that an interface gets. */
  readonly address?: { readonly cidr: string; readonly link: string }
  /** Where packets are sent to: a route, by its gateway, by a link, or both. */
  readonly way?: {
    readonly family: 4 | 6
    readonly via?: string | undefined
    readonly link?: string
  }
}

interface Back {
  /** Where that is not the step's own. */
  readonly namespace?: string
  readonly args: readonly string[]
}

/** What steps hang on. */
export const tie = {
  namespace: (name: string): string => `netns ${name}`,
  link: (namespace: string | undefined, device: string): string =>
    `link ${namespace ?? '-'} ${device}`,
  port: (device: string): string => `port ${device}`,
}

/** True for an end of a link in a namespace. */
export const isLinkIn = (key: string, namespace: string): boolean =>
  key.startsWith(`link ${namespace} `)

/** The whole command: `ip` enters a namespace by itself, and takes other tools there. */
export function argvOf(draft: {
  readonly tool: string
  readonly namespace?: string | undefined
  readonly family?: 6 | undefined
  readonly args: readonly string[]
}): readonly string[] {
  const { tool, namespace, family, args } = draft
  const six = family === 6 ? ['-6'] : []
  if (namespace === undefined) return [tool, ...args]
  return tool === 'ip'
    ? ['ip', ...six, '-n', namespace, ...args]
    : ['ip', 'netns', 'exec', namespace, tool, ...args]
}
