import { execFileSync } from 'node:child_process'
import type { Plan } from '../../../src/index.js'

/** The scripts of all hosts of a plan. */
export function scriptsOf(plan: Plan): { host: string; script: string }[] {
  return plan
    .toJSON()
    .hosts.map(({ name }) => ({ host: name, script: plan.toBash({ host: name }) }))
}

export interface ReadStep {
  readonly question: readonly string[]
  readonly argv: readonly string[]
  /** Empty where it goes by itself. */
  readonly undo: readonly string[]
}

/** The text of the function `plan` of a script. */
function planFunctionOf(script: string): string {
  const text = /^plan\(\) \{\n[\s\S]*?^\}$/m.exec(script)?.[0]
  if (text === undefined) throw new Error('the script has no function "plan"')
  return text
}

const recorder = `step() { printf '%s\\0' "$@"; printf '\\0'; }`

/**
 * The commands of scripts as bash itself understands them: each `plan` function is run with a `step` that does
 * nothing but print its words. Word boundaries are bash's, not those of a reader of text.
 */
export function stepsInScripts(scripts: readonly string[]): ReadStep[][] {
  const runs = scripts.map((script) => `${planFunctionOf(script)}\nplan\nprintf '\\0\\0'`)
  const input = `set -euo pipefail\n${recorder}\n${runs.join('\n')}\n`
  // with nothing in PATH, whatever is no literal word would be seen to fail
  const env = { PATH: '/nonexistent', LC_ALL: 'C.UTF-8' }
  const out = execFileSync('/bin/bash', ['--norc', '-s'], {
    input,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const words = out.split('\0')
  const all: ReadStep[][] = []
  let steps: ReadStep[] = []
  let step: string[] = []
  // an empty word ends a step, and where no step has begun a script: a word of a plan is never empty
  for (let i = 0; i < words.length - 1; i++) {
    const word = words[i] as string
    if (word !== '') step.push(word)
    else if (step.length > 0) {
      steps.push(readStep(step))
      step = []
    } else {
      i++
      all.push(steps)
      steps = []
    }
  }
  return all
}

export const stepsInScript = (script: string): ReadStep[] => stepsInScripts([script])[0] ?? []

/** `QUESTION :: COMMAND [:: UNDO]` */
function readStep(words: readonly string[]): ReadStep {
  const parts: string[][] = [[]]
  for (const word of words) {
    if (word === '::') parts.push([])
    else parts.at(-1)?.push(word)
  }
  const [question = [], argv = [], undo = []] = parts
  return { question, argv, undo }
}
