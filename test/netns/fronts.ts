import { expect } from 'vitest'
import type { Plan } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import type { Agent, Answer } from './agent.js'
import { type Asked, ask, type BackEnd } from './back-ends.js'
import { Machine } from './machine.js'
import { scriptWithoutNode } from './without-node.js'
import { words, wordsOfScript } from './words.js'

/** Who carries a plan out. */
export const FRONTS = ['the SDK', 'the exported script'] as const
type Front = (typeof FRONTS)[number]

/** A lab on a machine of its own, by one of the two. Each call gives what it complains of: empty where all is well. */
export interface LabOn {
  readonly machine: Machine
  /** The search path by which the machine has its tools. */
  readonly PATH: string
  /** Makes it; what it was at, a line a step that was done. */
  up(): Promise<{ readonly said: string; readonly done: readonly string[] }>
  down(): Promise<string>
  /** A line for each resource that is not as the plan has it. */
  missing(): Promise<readonly string[]>
}

const complaint = ({ error }: Answer<unknown>) =>
  error === undefined ? '' : `${error.code} ${error.message}`

function bySdk(machine: Machine, sdk: Agent, plan: Plan, { call }: Asked): LabOn {
  const { PATH } = call
  return {
    machine,
    PATH,
    up: async () => {
      const answer = await sdk.up(plan, call)
      const done = answer.progress.filter((line) => line.startsWith('do '))
      return { said: complaint(answer), done: done.map((line) => line.slice(3)) }
    },
    down: async () => complaint(await sdk.down(plan, { PATH })),
    missing: async () => notPresent(plan, words((await sdk.status(plan, { PATH })).value) ?? []),
  }
}

function byScript(machine: Machine, script: string, plan: Plan, PATH: string): LabOn {
  return {
    machine,
    PATH,
    up: async () => {
      const { stdout, stderr } = await machine.run(`${script} up`)
      const done = stdout.split('\n').filter((line) => line.startsWith('+ '))
      return { said: stderr, done: done.map((line) => line.slice(2)) }
    },
    down: async () => (await machine.run(`${script} down`)).stderr,
    missing: async () =>
      notPresent(plan, wordsOfScript(plan, (await machine.run(`${script} status`)).stdout)),
  }
}

const notPresent = (plan: Plan, lines: readonly string[]) => {
  expect(lines).toHaveLength(plan.toJSON().resources.length)
  return lines.filter((line) => !line.startsWith('present '))
}

/** What a test of a block is given: the machine as it was before is checked when the work is done. */
export interface Scene {
  readonly by: Front
  readonly plan: Plan
  readonly setup?: string
  /** `iptables-nft` where it is not given. */
  readonly back?: BackEnd
}

/** A machine on which nothing of the plan is, and which is the same byte for byte behind the work. */
export async function onMachine(
  { by, plan, setup = '', back = 'iptables-nft' }: Scene,
  work: (lab: LabOn) => Promise<void>,
): Promise<void> {
  await using machine = await Machine.open()
  const asked = await ask(machine, back)
  const { PATH } = asked.call
  if (setup !== '') await machine.ok(`PATH=${PATH}\n${setup}`)
  await using sdk = machine.sdk()
  // a first look loads what the kernel keeps from then on
  await sdk.status(plan, { PATH })
  const lab =
    by === 'the SDK'
      ? bySdk(machine, sdk, plan, asked)
      : byScript(machine, await scriptWithoutNode(machine, plan, PATH, asked.env), plan, PATH)
  const before = await machine.digest()
  await work(lab)
  expect(await machine.digest(), 'the machine as it was before').toBe(before)
}

/** The whole life of a lab: up, the proof, up again, down. What was there before is there again, byte for byte. */
export function whole(scene: Scene, proof: (machine: Machine) => Promise<void>): Promise<void> {
  return onMachine(scene, async (lab) => {
    const { said, done } = await lab.up()
    expect(said).toBe('')
    expect(done).toHaveLength(stepsOf(scene.plan.toJSON()).length)
    expect(await lab.missing()).toEqual([])
    await lab.machine.settled()
    await proof(lab.machine)
    expect(await lab.up()).toEqual({ said: '', done: [] })
    expect(await lab.down()).toBe('')
  })
}

/** A part is lost: status names these resources, `up` makes them again, and nothing else. */
export async function heals(
  lab: LabOn,
  damage: string,
  missing: readonly RegExp[],
): Promise<readonly string[]> {
  await lab.machine.ok(`export PATH=${lab.PATH}\n${damage}`)
  const lines = await lab.missing()
  expect(lines, damage).toHaveLength(missing.length)
  for (const [i, line] of lines.entries()) expect(line, damage).toMatch(missing[i] ?? /^$/)
  const { said, done } = await lab.up()
  expect([damage, said]).toEqual([damage, ''])
  expect([damage, await lab.missing()]).toEqual([damage, []])
  return done
}
