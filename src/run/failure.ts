import type { Failure } from '../errors.js'
import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { rollbackIn } from './answer.js'
import type { Batch } from './batches.js'
import type { HostPart } from './program.js'
import type { Answer } from './session.js'

/** The step at which a batch failed, by the line that the tool names. */
function failedStep({ steps, tool }: Batch, stderr: string): PlannedStep | undefined {
  const counted = tool === 'ip' || tool === 'sysctl' || tool === 'install'
  const line = counted ? /Command failed -:(\d+)/.exec(stderr) : /line:? (\d+)/.exec(stderr)
  // a batch of rules begins with the line of its table
  const index = line === null ? 0 : Number(line[1]) - (counted ? 1 : 2)
  return steps[index] ?? steps[0]
}

/** `@failed BATCH CODE STDERR`, its newlines as tabs. */
export function failureIn(
  ended: Answer,
  part: HostPart,
  batches: readonly Batch[],
): { step: PlannedStep; failure: Failure } | undefined {
  const line = ended.lines.find((text) => text.startsWith('@failed '))
  const [, number, code, text = ''] = /^@failed (\d+) (\d+) (.*)$/.exec(line ?? '') ?? []
  const batch = batches[Number(number ?? -1)]
  if (batch === undefined) return undefined
  const stderr = text.replaceAll('\t', '\n').trim()
  const step = failedStep(batch, stderr)
  if (step === undefined) return undefined
  return {
    step,
    failure: {
      command: commandLine(step.argv),
      host: part.host,
      exitCode: Number(code),
      stderr: stderr.replace(/\n?Command failed -:\d+$/, ''),
      rollback: rollbackIn(ended),
    },
  }
}
