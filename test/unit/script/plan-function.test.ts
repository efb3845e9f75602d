import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { stepsOf } from '../../../src/plan/steps.js'
import { planFunction } from '../../../src/script/plan-function.js'

/** How often bash comes to a step in a plan of so many. */
function stepsRun(count: number): number {
  const [step] = stepsOf(net.host().ns('demo01').toJSON())
  if (step === undefined) throw new Error('the plan has no step')
  const text = planFunction(Array.from({ length: count }, () => step))
  const input = `count=0\nstep() { count=$((count + 1)); }\n${text}\nplan\necho $count\n`
  // as a whole: bash reads its own input byte by byte
  const args = ['--norc', '-c', 'text=$(cat); eval "$text"']
  return Number(execFileSync('bash', args, { input, encoding: 'utf8' }))
}

test.each([0, 1, 5_000, 5_001, 10_000, 10_001, 40_000])('bash runs a plan of %i steps', (count) => {
  expect(stepsRun(count)).toBe(count)
})
