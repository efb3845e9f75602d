import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { hide } from '../netns/hide.js'
import { Lane, WAYS } from './lane.js'
import { FAULTS, type FaultKind } from './strike.js'

/** So many that, without Perl, the commands inside go another way: see MANY_NAMESPACES. */
const COUNT = 110

const large = net.host().each(COUNT, (host, i) =>
  host
    .ns(`demo${i}`)
    .ip(`10.0.${i}.2/24`)
    .veth()
    .routeBothWays()
    .allowForward(i === 0 ? {} : { direction: 'in' }),
)

/** What is mounted at or below the folder of the handles. */
const mounts = async (lane: Lane) =>
  (await lane.machine.ok('cat /proc/self/mountinfo'))
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((place) => place.startsWith('/run/netns'))

test.each([
  ['', ''],
  [', without Perl', hide('perl')],
])(
  `a lab of ${COUNT} namespaces%s: all of it is there, and down leaves no mount behind`,
  async (_, setup) => {
    await using lane = await Lane.open({ setup, back: 'nft' })
    expect((await lane.sdk.up(large)).error).toBeUndefined()
    const { value = [] } = await lane.sdk.status(large)
    expect(value.filter(({ state }) => state !== 'present')).toEqual([])
    expect(value.length).toBeGreaterThan(COUNT * 5)
    const names = large.commands().flatMap(({ argv }) => (argv[1] === 'netns' ? [argv[3]] : []))
    expect((await mounts(lane)).toSorted()).toEqual(
      ['/run/netns', ...names.map((name) => `/run/netns/${name}`)].toSorted(),
    )
    for (const i of [0, COUNT - 1]) {
      await lane.machine.ok(`ip netns exec demo${i} ping -qc1 -W2 10.0.${COUNT - 1 - i}.2`)
    }
    expect(await lane.down(large, 'by its name')).toBe('')
    expect(await mounts(lane)).toEqual(['/run/netns'])
    await lane.expectAsBefore()
  },
  180_000,
)

const inside = new RegExp(`demo${COUNT - 7} addr add`)
const outside = new RegExp(`link add dev veth-demo${COUNT - 7}`)
const cases: readonly [FaultKind, RegExp, string][] = [
  ...['', hide('perl')].flatMap((setup) =>
    FAULTS.map((fault) => [fault, inside, setup] as [FaultKind, RegExp, string]),
  ),
  ['fail', outside, ''],
  ['after', outside, ''],
]

test.each(cases)(
  'of a large lab, %s at %s, and nothing is left (%#)',
  async (fault, command, setup) => {
    await using lane = await Lane.open({ setup, back: 'nft' })
    const { striker } = lane
    await striker.at(command, fault, 'up', lane.pid)
    const call = { PATH: striker.PATH, options: { timeoutMs: 10_000 } }
    const answer = await lane.orEnd(lane.sdk.up(large, call))
    expect(await striker.fired()).toMatch(command)
    if (fault === 'fail') {
      const { code, message, failure } = answer?.error ?? {}
      expect(code).toBe('STEP_FAILED')
      expect(message).toMatch(/an injected fault/)
      expect(failure?.command).toMatch(command)
      // the way by which a lane sees the namespaces is nobody's business
      expect(`${message} ${failure?.stderr}`).not.toContain('/proc/')
      expect(failure?.rollback?.failed).toEqual([])
    } else if (fault === 'hang') {
      expect(answer?.error?.code).toBe('TIMEOUT')
      expect(answer?.error?.failure?.rollback?.failed).toEqual([])
    } else {
      expect(answer).toBeUndefined()
      await lane.renew()
      expect(
        await lane.down(large, WAYS[FAULTS.indexOf(fault) % WAYS.length] ?? 'by the plan'),
      ).toBe('')
    }
    expect(await mounts(lane)).toEqual(['/run/netns'])
    await lane.expectAsBefore()
  },
  180_000,
)
