import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import { digestOf } from './digest.js'
import { faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'

const steps = stepsOf(s2.toJSON())

describe('a run of S2 that is cut off leaves the machine as it was', () => {
  test('a tool that hangs: TIMEOUT, and nothing of it goes on', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    await sdk.status(s2)
    const changes = steps.filter(({ tool }) => tool !== 'sysctl').length
    const before = await machine.digest()
    for (const k of [4, changes]) {
      await fault.at(k, 'hang')
      const { error } = await sdk.up(s2, { PATH: fault.PATH, options: { timeoutMs: 2000 } })
      expect([k, await fault.fired()]).not.toEqual([k, ''])
      expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'TIMEOUT', []])
      expect([k, await machine.digest()]).toEqual([k, before])
    }
  })

  test('an undo that takes longer than timeoutMs is not cut off in its turn', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    await sdk.status(s2)
    const before = await machine.digest()
    await fault.at(9, 'slow')
    const { error } = await sdk.up(s2, { PATH: fault.PATH, options: { timeoutMs: 2000 } })
    expect(await fault.fired()).not.toBe('')
    expect([error?.code, error?.failure?.rollback?.failed]).toEqual(['TIMEOUT', []])
    expect(await machine.digest()).toBe(before)
  })

  test('an abort at each sign of progress: ABORTED, also behind the last step', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const before = await machine.digest()
    for (const k of [1, 20, steps.length]) {
      const { error, progress } = await sdk.up(s2, { abortAt: k })
      expect([k, progress.length >= k]).toEqual([k, true])
      expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'ABORTED', []])
      expect([k, await machine.digest()]).toEqual([k, before])
    }
  })

  test('what nobody waits for any more does not begin', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const before = await machine.digest()
    expect((await sdk.up(s2, { abortAt: 0 })).error?.code).toBe('ABORTED')
    expect(await machine.digest()).toBe(before)
    expect((await sdk.up(s2)).error).toBeUndefined()
    const made = await machine.digest()
    expect((await sdk.down(s2, { abortAt: 0 })).error?.code).toBe('ABORTED')
    expect(await machine.digest()).toBe(made)
  })

  test('a run that completes a lab and is cut off takes back only what it made itself', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    expect((await sdk.up(s2)).error).toBeUndefined()
    await machine.ok('ip -n demo02 addr del 10.0.2.2/24 dev vethdemo02; ip route del 10.0.2.2/32')
    const half = await machine.digest()
    await fault.at(1, 'hang')
    const { error } = await sdk.up(s2, { PATH: fault.PATH, options: { timeoutMs: 2000 } })
    expect(error?.code).toBe('TIMEOUT')
    expect(await machine.digest()).toBe(half)
    expect((await sdk.up(s2)).error).toBeUndefined()
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
  })

  test('a run that failed beside its lanes leaves nothing that stops the next one', async () => {
    const plan = net.host().each(6, (host, i) => host.ns(`demo${i}`).ip(`10.0.${i}.2/24`).veth())
    await using machine = await Machine.open()
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    await sdk.status(plan)
    const before = await machine.digest()
    expect((await sdk.up(plan)).error).toBeUndefined()
    await machine.ok('for i in {0..5}; do ip -n demo$i addr del 10.0.$i.2/24 dev eth0; done')
    const half = await machine.digest()
    await fault.at(1, 'fail')
    expect((await sdk.up(plan, { PATH: fault.PATH })).error?.code).toBe('STEP_FAILED')
    // what a kill in the middle would leave as well
    expect(await machine.digest('namespaces', 'links', 'routes')).toBe(
      digestOf(half, ['namespaces', 'links', 'routes']),
    )
    // nor does what a kill in the middle of that leaves
    await machine.ok('for file in /run/netloom/*; do touch "$file/failed"; done')
    expect((await sdk.up(plan)).error).toBeUndefined()
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('a script that is told to end undoes what it did', async () => {
    await using machine = await Machine.open({ setup: DROP })
    const fault = await faultOn(machine)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()
    await fault.at(12, 'hang')
    const { code, stderr } = await machine.run(`
      PATH=${fault.PATH} ${script} up >/dev/null & script=$!
      until [[ -e ${machine.folder}/fired ]]; do sleep 0.05; done
      kill -TERM "$script"
      wait "$script"`)
    expect([code, stderr]).toEqual([1, expect.stringContaining('interrupted')])
    expect(await machine.digest()).toBe(before)
  })

  test('a script whose own words fail in the middle undoes what it did', async () => {
    await using machine = await Machine.open({ setup: DROP })
    // behind the last step, and in up alone
    const text = s2.toBash().replace(/\n}\n\n# What is/, '\n  [[ $mode != up ]]\n}\n\n# What is')
    expect(text).not.toBe(s2.toBash())
    const script = machine.file('s2.sh', text)
    const before = await machine.digest()
    const { code, stdout, stderr } = await machine.run(`${script} up`)
    expect(stdout.split('\n').filter((line) => line.startsWith('+ '))).toHaveLength(steps.length)
    expect([code, stderr]).toEqual([1, expect.stringContaining('what was done is undone')])
    expect(await machine.digest()).toBe(before)
  })
})
