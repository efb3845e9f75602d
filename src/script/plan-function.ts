import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'

/**
 * So many steps stand in a block of their own, where there are more. bash goes one level down for each command of a list:
 * of 30,000 in one its stack overflows (seen, with the usual 8 MiB).
 */
const BLOCK = 5_000

/** `step QUESTION :: COMMAND [:: UNDO]`, a part a line. */
function stepLines(step: PlannedStep): string {
  const parts = [step.seen, step.argv, ...('argv' in step.undo ? [step.undo.argv] : [])]
  return `  step ${parts.map(commandLine).join(' \\\n    :: ')}`
}

/** The steps of one host as the bash function `plan`, each under its call and its reason. */
export function planFunction(steps: Iterable<PlannedStep>): string {
  let call = ''
  let count = 0
  let lines: string[] = []
  // joined now and then: of a large plan, all these lines at once would be moved about in memory again and again
  const blocks: string[] = []
  for (const step of steps) {
    if (count > 0 && count % BLOCK === 0) {
      blocks.push(lines.join('\n'))
      lines = ['  }', '  {']
    }
    count += 1
    if (step.call !== call) {
      if (count > 1) lines.push('')
      lines.push(`  # ${step.call}`)
    }
    call = step.call
    lines.push(`  # ${step.why}`, stepLines(step))
  }
  blocks.push(lines.join('\n'))
  const text = count === 0 ? '  :' : blocks.join('\n')
  return `plan() {\n${count > BLOCK ? `  {\n${text}\n  }` : text}\n}`
}
