import { describe, expect, test } from 'vitest'
import { commandLine } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import { faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'

/** The steps that a tool carries out; settings are written without one. */
const changes = stepsOf(s2.toJSON()).filter(({ tool }) => tool !== 'sysctl')
const positions = changes.map((_, i) => i + 1)

/** A step as the failing tool was told it: a batch has rules without the words around them. */
const told = (command: string) => command.replace(' -w 5 -t filter', '')

const commands = changes.map((step) => told(commandLine(step.argv)))

describe('a step of S2 that fails leaves the machine as it was', () => {
  test('the SDK, at each position: the error has the command, its code, its words and the rollback', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    await sdk.status(s2)
    const before = await machine.digest()
    const struck: string[] = []
    for (const k of positions) {
      await fault.at(k)
      const { error, progress } = await sdk.up(s2, { PATH: fault.PATH })
      const at = await fault.fired()
      struck.push(at)
      expect([k, error?.code, told(error?.failure?.command ?? '')]).toEqual([k, 'STEP_FAILED', at])
      expect(error?.failure).toMatchObject({ host: 'node03', exitCode: 9 })
      expect(error?.failure?.stderr).toContain('an injected fault')
      expect(error?.failure?.rollback?.failed).toEqual([])
      expect(progress.every((line) => line.startsWith('do '))).toBe(true)
      // the first change is a namespace: from the second on, there is something to undo
      const undone = error?.failure?.rollback?.undone ?? []
      expect([k, undone.length > 0]).toEqual([k, k > 1])
      expect([k, await machine.digest()]).toEqual([k, before])
    }
    expect(struck.toSorted()).toEqual(commands.toSorted())
    await fault.at(positions.length + 1)
    expect((await sdk.up(s2, { PATH: fault.PATH })).error).toBeUndefined()
    expect(await fault.fired()).toBe('')
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
  })

  test('the script, at each position: it names the step, and what it said', async () => {
    await using machine = await Machine.open({ setup: DROP })
    const fault = await faultOn(machine)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()
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
    expect(struck).toEqual(commands)
    await fault.at(positions.length + 1)
    expect(await machine.run(`PATH=${fault.PATH} ${script} up`)).toMatchObject({ code: 0 })
    expect(await fault.fired()).toBe('')
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })

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

describe('a run of S2 that is cut off leaves the machine as it was', () => {
  test('a tool that hangs: TIMEOUT, and nothing of it goes on', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    const fault = await faultOn(machine)
    await sdk.status(s2)
    const before = await machine.digest()
    for (const k of [1, 2, 4, 9, positions.length - 4, positions.length]) {
      await fault.at(k, 'hang')
      const { error } = await sdk.up(s2, { PATH: fault.PATH, options: { timeoutMs: 2000 } })
      expect([k, await fault.fired()]).not.toEqual([k, ''])
      expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'TIMEOUT', []])
      expect([k, await machine.digest()]).toEqual([k, before])
    }
  })

  test('an abort at each sign of progress: ABORTED, also behind the last step', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const before = await machine.digest()
    const all = stepsOf(s2.toJSON()).length
    for (const k of [1, 3, 7, Math.floor(all / 2), all]) {
      const { error, progress } = await sdk.up(s2, { abortAt: k })
      expect([k, progress.length >= k]).toEqual([k, true])
      expect([k, error?.code, error?.failure?.rollback?.failed]).toEqual([k, 'ABORTED', []])
      expect([k, await machine.digest()]).toEqual([k, before])
    }
  })

  test('an abort of a run that completes a lab takes back only what that run made', async () => {
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
      for file in /proc/[0-9]*/stat; do
        read -r line <"$file" 2>/dev/null && [[ $line == *'(sleep)'* && $(<"\${file%stat}cmdline") == *1000* ]] && kill "\${line%% *}"
      done
      wait "$script"`)
    expect([code, stderr]).toEqual([1, expect.stringContaining('interrupted')])
    expect(await machine.digest()).toBe(before)
  })
})
