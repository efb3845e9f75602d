import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'

/** `step QUESTION :: COMMAND [:: UNDO]`, a part a line. */
function stepLines(step: PlannedStep): string {
  const parts = [step.seen, step.argv, ...('argv' in step.undo ? [step.undo.argv] : [])]
  return `  step ${parts.map(commandLine).join(' \\\n    :: ')}`
}

/** The steps of one host as the bash function `plan`, each under its call and its reason. */
export function planFunction(steps: Iterable<PlannedStep>): string {
  let call = ''
  let text = ''
  for (const step of steps) {
    if (step.call !== call) text += `${text === '' ? '' : '\n'}  # ${step.call}\n`
    call = step.call
    text += `  # ${step.why}\n${stepLines(step)}\n`
  }
  return `plan() {\n${text === '' ? '  :\n' : text}}`
}
