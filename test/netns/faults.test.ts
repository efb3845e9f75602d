import { describe, expect, test } from 'vitest'
import { commandLine, net, type Plan } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import { faultOn } from './fault.js'
import { hide } from './hide.js'
import { Machine } from './machine.js'
import { DROP, s2, s2OfIpv4 } from './plans.js'

/** A step as the failing tool was told it: a batch has rules without the words around them. */
const told = (command: string) => command.replace(' -w 5 -t filter', '')

/** The steps that a tool carries out, as it is told them; settings are written without one. */
const changesOf = (plan: Plan) =>
  stepsOf(plan.toJSON())
    .filter(({ tool }) => tool !== 'sysctl')
    .map((step) => told(commandLine(step.argv)))

const every = (plan: Plan) => changesOf(plan).map((_, i) => i + 1)

/** A switch, a link, a router, a table and rules of both families. */
const blocks = net
  .host('node03')
  .bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'], isolated: true })
  .ns('b')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .attach('br0')
  .routeBothWays()
  .allowForward()
  .ns('a')
  .router()
  .link('b', { ip: ['10.0.2.1/24', '10.0.2.2/24'] })
  .route('10.0.3.0/24', { via: '10.0.2.2', table: 100 })
  .route('10.0.4.0/24', { type: 'prohibit' })
  .rule({ fwmark: 7, table: 100 })

/** The plan, and where it fails: everywhere; and over both families where the tools of IPv6 are used last. */
const cases: readonly [what: string, plan: Plan, positions: readonly number[]][] = [
  ['at each position', s2OfIpv4, every(s2OfIpv4)],
  ['over both families, at the last position', s2, [changesOf(s2).length]],
  ['of a switch, a link and a router, at each position', blocks, every(blocks)],
]

/** Many runs, on a machine that may be busy, in milliseconds. */
const SLOW = 180_000

describe('a step that fails leaves the machine as it was', () => {
  test.each([
    ...cases.map((each) => [...each, ''] as const),
    ['without Perl, at each position', s2OfIpv4, every(s2OfIpv4), hide('perl')] as const,
  ])(
    'the SDK, %s: the error has the command, its code, its words and the rollback',
    async (_, plan, positions, setup) => {
      await using machine = await Machine.open({ setup: `${DROP}\n${setup}` })
      await using sdk = machine.sdk()
      const fault = await faultOn(machine)
      await sdk.status(plan)
      const before = await machine.digest()
      const changes = changesOf(plan)
      const struck: string[] = []
      for (const k of positions) {
        await fault.at(k)
        const { error, progress } = await sdk.up(plan, { PATH: fault.PATH })
        const at = await fault.fired()
        struck.push(at)
        expect([k, error?.code, told(error?.failure?.command ?? '')]).toEqual([
          k,
          'STEP_FAILED',
          at,
        ])
        expect(error?.failure).toMatchObject({ host: 'node03', exitCode: 9 })
        expect(error?.failure?.stderr).toContain('an injected fault')
        expect(error?.failure?.rollback?.failed).toEqual([])
        expect(progress.every((line) => line.startsWith('do '))).toBe(true)
        // settings, which no command makes, come first: there is something to undo from the beginning
        expect([k, error?.failure?.rollback?.undone]).not.toEqual([k, []])
        expect([k, await machine.digest()]).toEqual([k, before])
      }
      expect(new Set(struck).size).toBe(positions.length)
      expect(changes).toEqual(expect.arrayContaining(struck))
      await fault.at(changes.length + 1)
      expect((await sdk.up(plan, { PATH: fault.PATH })).error).toBeUndefined()
      expect(await fault.fired()).toBe('')
      expect((await sdk.down(plan)).error).toBeUndefined()
      expect(await machine.digest()).toBe(before)
    },
    SLOW,
  )

  test.each(cases)(
    'the script, %s: it names the step, and what it said',
    async (_, plan, positions) => {
      await using machine = await Machine.open({ setup: DROP })
      const fault = await faultOn(machine)
      const script = machine.file('s2.sh', plan.toBash())
      const before = await machine.digest()
      const changes = changesOf(plan)
      const struck: string[] = []
      for (const k of positions) {
        await fault.at(k)
        const { code, stderr } = await machine.run(`PATH=${fault.PATH} ${script} up`)
        const at = await fault.fired()
        struck.push(at)
        const failed = /^netloom: this step failed: (.*)$/m.exec(stderr)?.[1] ?? stderr
        expect([k, code, told(failed)]).toEqual([k, 1, at])
        expect(stderr).toContain('an injected fault')
        expect([k, await machine.digest()]).toEqual([k, before])
      }
      expect(struck).toEqual(positions.map((k) => changes[k - 1]))
      await fault.at(changes.length + 1)
      expect(await machine.run(`PATH=${fault.PATH} ${script} up`)).toMatchObject({ code: 0 })
      expect(await fault.fired()).toBe('')
      expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
      expect(await machine.digest()).toBe(before)
    },
    SLOW,
  )

  test('forwarding that cannot be written, IPv4 and IPv6', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const script = machine.file('s2.sh', s2.toBash())
    await sdk.status(s2)
    const before = await machine.digest()
    for (const file of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) {
      const path = `/proc/sys/net/${file}`
      await machine.ok(`mount --bind ${path} ${path}; mount -o remount,bind,ro ${path}`)
      const { error } = await sdk.up(s2)
      expect(error?.message).toContain(path)
      expect(await machine.digest()).toBe(before)
      const byScript = await machine.run(`${script} up`)
      expect(byScript.code).toBe(1)
      expect(byScript.stderr).toContain(path)
      await machine.ok(`umount ${path}`)
      expect(await machine.digest()).toBe(before)
    }
  })
})
