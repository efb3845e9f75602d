import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/index.js'
import { seed } from '../property/words.js'
import type { Agent } from './agent.js'
import { type Asked, ask, BACK_ENDS } from './back-ends.js'
import { type Fault, faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'
import { type ChangingLab, change, planOf } from './random-changes.js'
import { sameState } from './same-state.js'

const full = process.env['NETLOOM_FULL'] === '1'
/** More where somebody has the time. */
const runs = Number(process.env['NETLOOM_CHANGES'] ?? (full ? 40 : 3))

/** The packet filters of namespaces, which a digest does not have; with the states of ports, which take seconds. */
const INSIDE = `
for ((i = 0; i < 100; i++)); do
  case $(bridge link) in *'state listening'* | *'state learning'*) sleep 0.1 ;; *) break ;; esac
done
for name in /run/netns/*; do
  echo "#filters of \${name##*/}"
  ip netns exec "\${name##*/}" bash -c '
    nft -s list ruleset
    [[ ! -s /proc/net/ip_tables_names ]] || iptables-legacy-save | grep -v "^#" | sed "s/ \\[.*//"
    [[ ! -s /proc/net/ip6_tables_names ]] || ip6tables-legacy-save | grep -v "^#" | sed "s/ \\[.*//"'
done
`

/** What is compared: not the numbers of namespaces, nor processes. */
async function state(machine: Machine): Promise<string> {
  const inside = await machine.ok(INSIDE)
  return sameState(`${await machine.digest('namespaces', 'processes')}\n${inside}\n`)
}

/** What was run of a plan, in an order of its own. */
const run = (progress: readonly string[]) =>
  progress.filter((line) => !line.startsWith('skip ')).toSorted()

interface Scene {
  readonly machine: Machine
  readonly sdk: Agent
  readonly call: Asked['call']
  readonly fault: Fault
}

/** The second plan, put up where the first one is. */
async function changes({ machine, sdk, call, fault }: Scene, a: Plan, b: Plan, at: number) {
  const up = async (plan: Plan) => {
    const { error, progress } = await sdk.up(plan, call)
    expect(error).toBeUndefined()
    return run(progress)
  }
  await up(b)
  const alone = await state(machine)
  expect((await sdk.down(b, call)).error).toBeUndefined()
  await up(a)
  const first = await state(machine)
  const { steps = [] } = (await sdk.preview(b, call)).value ?? {}
  expect(await state(machine), 'preview() changes nothing').toBe(first)

  // steps share processes
  await fault.at(1 + (at % Math.max(1, Math.ceil(steps.length / 3))))
  const { error } = await sdk.up(b, { ...call, PATH: `${machine.folder}/bin:${call.PATH}` })
  const fired = (await fault.fired()) !== ''
  if (fired) {
    expect(error?.failure?.stderr).toContain('an injected fault')
    expect(error?.failure?.rollback?.failed).toEqual([])
  } else {
    await up(a)
  }
  expect(await state(machine), fired ? 'undone' : 'there and back').toBe(first)

  const planned = steps.map(({ type, command }) => `${type} ${command}`).toSorted()
  expect(await up(b), 'exactly what preview() said').toEqual(planned)
  expect(await state(machine)).toBe(alone)
  expect(await up(b)).toEqual([])
  return fired
}

test.each(BACK_ENDS)(
  `${runs} changes by chance, %s: as the second plan alone; as before, where a step fails; nothing behind it`,
  async (back) => {
    await using machine = await Machine.open({ setup: DROP })
    const { call } = await ask(machine, back)
    const fault = await faultOn(machine)
    await using sdk = machine.sdk()
    let faults = 0
    const holds = async (
      [before, after]: readonly [ChangingLab, ChangingLab],
      at: number,
    ): Promise<void> => {
      const [a, b] = [planOf(before), planOf(after)]
      await sdk.status(b, call)
      const empty = await machine.digest()
      try {
        if (await changes({ machine, sdk, call, fault }, a, b, at)) faults += 1
      } finally {
        expect((await sdk.down(b, call)).error).toBeUndefined()
        expect(await machine.digest()).toBe(empty)
      }
    }
    const property = fc.asyncProperty(change, fc.nat(), holds)
    await fc.assert(property, { seed, numRuns: runs, endOnFailure: true })
    expect(faults).toBeGreaterThan(0)
  },
  3_600_000,
)
