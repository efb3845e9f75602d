import type { Ties } from './ties.js'

/** How a step is taken back. */
export type StepUndo =
  | {
      /** The command, one word an element. */
      readonly argv: readonly string[]
    }
  | {
      /** It goes by itself; this says with what. */
      readonly with: string
    }

/**
 * One command of a plan, as data. {@link commandLine} gives it as one would type it.
 *
 * @example
 * const [first] = net.host().ns('demo01').commands()
 * first.argv // ['ip', 'netns', 'add', 'demo01']
 * first.undo // { argv: ['ip', 'netns', 'del', 'demo01'] }
 */
export interface Step {
  /** The host of the plan on which it runs. */
  readonly host: string
  /** The namespace in which it acts; `undefined` for the host's own. */
  readonly namespace: string | undefined
  /** The whole command as it runs on the host, one word an element, nothing quoted. */
  readonly argv: readonly string[]
  /** What the command reads from its standard input, where it reads any. */
  readonly input?: string | undefined
  readonly undo: StepUndo
  /** The call of the chain that made it, such as `ns('demo01')`. */
  readonly call: string
  /** What it is for, in one line. */
  readonly why: string
}

/** When a step may run: links need their namespaces, all else needs the links. */
type Phase = 'create' | 'configure' | 'forward'

/** The tools that steps use. */
export type Tool = 'ip' | 'iptables' | 'ip6tables' | 'sysctl' | 'install'

/** A step with what the script and the runner need beside its public face. */
export interface PlannedStep extends Step {
  readonly tool: Tool
  /** The arguments behind the tool, without the namespace: a line of `ip -batch`. */
  readonly args: readonly string[]
  /** The question "is it there?": a `seen_...` function of the engine and its arguments. */
  readonly seen: readonly string[]
  readonly phase: Phase
  /** The namespace that it makes, or into which the link leads that it makes. */
  readonly into?: string | undefined
  /** Where `ip` is to be told that it is IPv6. */
  readonly family?: 6 | undefined
  /** The namespaces that the link joins that it makes. */
  readonly between?: readonly [string, string] | undefined
  /** The interface of the host that it makes or configures. */
  readonly device?: string | undefined
  readonly ties?: Ties | undefined
  /** Where in the plan's list the resource stands that it makes. */
  readonly resource: number
}

/** What a resource says of a step; the plan adds host, call and number. */
export type StepDraft = Pick<
  PlannedStep,
  | 'tool'
  | 'args'
  | 'input'
  | 'seen'
  | 'phase'
  | 'family'
  | 'into'
  | 'between'
  | 'device'
  | 'ties'
  | 'why'
  | 'undo'
> & {
  readonly namespace?: string | undefined
}

/** The public part of a step. */
export const faceOf = ({ host, namespace, argv, input, undo, call, why }: PlannedStep): Step =>
  input === undefined
    ? { host, namespace, argv, undo, call, why }
    : { host, namespace, argv, input, undo, call, why }
