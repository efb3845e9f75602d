import type { PlannedStep } from '../../step/step.js'
import { argvOf, tie } from '../../step/ties.js'
import type { Known } from './known.js'
import type { Leaving } from './leaving.js'
import type { Observed } from './observe.js'

/** Something that is taken back. */
export interface Take {
  /** The step that made it. */
  readonly of: PlannedStep
  /** What takes it back; where there is a {@link line}, its command is what that does. */
  readonly step: PlannedStep
  /** What the journal has of it: then it goes as the journal says. */
  readonly line: string | undefined
}

/** A step that takes another one back. */
function taking(
  of: PlannedStep,
  args: readonly string[],
  { namespace, family }: Pick<PlannedStep, 'namespace' | 'family'> = of,
): PlannedStep {
  const step = { ...of, namespace, family, args, phase: 'configure' } as const
  const nothing = { into: undefined, device: undefined, between: undefined, ties: undefined }
  return { ...step, ...nothing, argv: argvOf(step), why: `no more: ${of.why}` }
}

/** A command of `ip` that removes what is there in another shape: `ip [-6] [-n NS] ...`. */
function removing(of: PlannedStep, argv: readonly string[]): PlannedStep {
  const words = argv.slice(1)
  const family = words[0] === '-6' ? 6 : undefined
  if (family === 6) words.shift()
  const namespace = words[0] === '-n' ? words[1] : undefined
  if (namespace !== undefined) words.splice(0, 2)
  return taking({ ...of, tool: 'ip' }, words, { namespace, family })
}

const command = (of: PlannedStep, step: PlannedStep): Take => ({ of, step, line: undefined })

const byJournal = (of: PlannedStep, argv: readonly string[], line: string): Take => ({
  ...{ of, line },
  step: { ...of, argv, why: `no more: ${of.why}` },
})

/** The line of the journal by which a step is taken back, or with which a shared setting is. */
export function lineOf({ undo, seen, args }: PlannedStep): string | undefined {
  if ('argv' in undo) return `undo ${undo.argv.join(' ')}`
  if (seen[0] !== 'forwarding') return undefined
  return `need ${args[1]?.replaceAll('.', '/').replace('=', ' ')}`
}

/** True for what goes by itself with something else that goes. */
function isMoot({ step }: Known, { dead }: Leaving, on: readonly string[]): boolean {
  const { namespace, between } = step
  if (namespace !== undefined && dead.has(tie.namespace(namespace))) return true
  // a link between two namespaces would go some time after one of them
  return between === undefined ? on.some((key) => dead.has(key)) : on.every((key) => dead.has(key))
}

/** How one step that goes is taken back: not at all where it goes by itself, or stays for others. */
export function takesOf(
  known: Known,
  leaving: Leaving,
  { defaults, shared }: Pick<Observed, 'defaults' | 'shared'>,
): readonly Take[] {
  const { step, state, instead } = known
  const line = lineOf(step)
  const { back, slot = '', spot = '', makes } = step.ties ?? {}
  const isAway = isMoot(known, leaving, leaving.hangs.of(known))
  if (isAway && (line === undefined || makes === undefined)) return []
  if (state === 'different' && known.next >= 0 && leaving.spots.has(spot)) return []
  if (state === 'different' && instead.length > 0) {
    const own = 'argv' in step.undo ? step.undo.argv.join(' ') : ''
    return instead.map((argv) =>
      argv.join(' ') === own
        ? byJournal(step, argv, `undo ${own}`)
        : command(step, removing(step, argv)),
    )
  }
  if (line !== undefined) {
    if (shared.has(step.seen.join(' '))) return []
    // it was 0: else it would stay as it is
    const write = ['sysctl', '-w', `${step.args[1]?.replace(/=.*/, '=0')}`]
    return [byJournal(step, 'argv' in step.undo ? step.undo.argv : write, line)]
  }
  if (back !== undefined) {
    const { namespace = step.namespace } = back
    return [command(step, taking(step, back.args, { namespace, family: step.family }))]
  }
  const value = defaults.get(slot)
  const [path = ''] = step.args[1]?.split('=') ?? []
  if (value === undefined) return []
  const write = taking(step, ['-w', `${path}=${value}`])
  return [command(step, { ...write, seen: ['setting', step.namespace ?? '-', path, value] })]
}
