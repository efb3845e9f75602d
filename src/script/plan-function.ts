import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'

/** `step QUESTION :: COMMAND [:: UNDO]`, a part a line. */
function stepLines(step: PlannedStep): string {
  const parts = [step.seen, step.argv, ...('argv' in step.undo ? [step.undo.argv] : [])]
  return `  step ${parts.map(commandLine).join(' \\\n    :: ')}`
}

/** The steps of one host as the bash function `plan`, each under its call and its reason. */
export function planFunction(steps: readonly PlannedStep[]): string {
  let call = ''
  const lines = steps.map((step, i) => {
    const heading = step.call === call ? '' : `${i === 0 ? '' : '\n'}  # ${step.call}\n`
    call = step.call
    return `${heading}  # ${step.why}\n${stepLines(step)}`
  })
  return ['plan() {', ...(lines.length === 0 ? ['  :'] : lines), '}'].join('\n')
}
