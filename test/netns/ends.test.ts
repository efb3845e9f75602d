import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultOn } from './fault.js'
import { Machine } from './machine.js'
import { DROP, s2OfIpv4 } from './plans.js'

/**
 * Runs ends.mjs on a machine, in a process group of its own. It gets the signal when it is up; `onStart` gets the
 * number of the process, which is that of its group.
 */
async function ends(
  machine: Machine,
  way: string,
  signal?: NodeJS.Signals,
  onStart: (pid: number) => void = () => {},
  PATH = process.env['PATH'],
) {
  const [command = '', ...words] = machine.enter
  const script = join(import.meta.dirname, 'ends.mjs')
  const args = [...words, 'setsid', 'bash', '-c', 'echo $$; exec "$0" "$@"', process.execPath]
  const child = spawn(command, [...args, script, way, JSON.stringify(s2OfIpv4)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', async (text: string) => {
    const first = output === ''
    output += text
    const pid = Number(output.split('\n', 1)[0])
    if (first) onStart(pid)
    if (signal !== undefined && /^up$/m.test(text)) {
      await machine.run(`kill -s ${signal.slice(3)} ${pid}`)
    }
  })
  const [code, by] = await once(child, 'close')
  const [, ...lines] = output.trim().split('\n')
  // the one that entered the machine ends as what it started there did
  return { lines, code, by }
}

describe('a signal during up', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    '%s, three times: what was done is undone, then it has its effect',
    async (signal) => {
      await using machine = await Machine.open({ setup: DROP })
      const before = await machine.digest()
      const { code, by } = await ends(machine, `during:${signal}`)
      expect([code === 0, code === null ? by : signal]).toEqual([false, signal])
      expect(await machine.digest()).toBe(before)
    },
  )

  test('Ctrl-C of a whole process group, and twice more while a slow undo is at it: nothing is left', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2OfIpv4)
    const fault = await faultOn(machine)
    const before = await machine.digest()
    await fault.at(9, 'slow')
    const interrupt = async (group: number) => {
      await expect.poll(() => fault.fired(), { timeout: 20_000 }).not.toBe('')
      // the group is there each time, so the later ones come in the middle of the undo
      for (let i = 0; i < 3; i += 1) {
        await machine.ok(`kill -INT -- -${group}; sleep 0.5`)
      }
    }
    let interrupted: Promise<void> | undefined
    const onStart = (pid: number) => {
      interrupted = interrupt(pid)
    }
    const { code, by } = await ends(machine, 'untied', undefined, onStart, fault.PATH)
    await interrupted
    expect([code === 0, code === null ? by : 'SIGINT']).toEqual([false, 'SIGINT'])
    expect(await machine.digest()).toBe(before)
  })

  test('a program that listens too is told, and lives on without the lab', async () => {
    await using machine = await Machine.open({ setup: DROP })
    const before = await machine.digest()
    expect(await ends(machine, 'heard:SIGINT')).toMatchObject({
      lines: ['seen', 'ABORTED', 'alive'],
      code: 0,
    })
    expect(await machine.digest()).toBe(before)
  })

  test('handleSignals: false leaves it to the caller', async () => {
    await using machine = await Machine.open({ setup: DROP })
    const { lines, code } = await ends(machine, 'unhandled:SIGTERM')
    expect([lines, code]).toEqual([['seen', 'up'], 0])
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
  })
})

describe('the end of a program', () => {
  test('a lab stays when the program that made it ends', async () => {
    await using machine = await Machine.open({ setup: DROP })
    expect(await ends(machine, 'untied')).toMatchObject({ lines: ['up'], code: 0 })
    expect(await machine.ping('demo01', '10.0.2.2')).toBe('answers')
  })

  test.each([
    ['tied:end', undefined],
    ['tied:error', undefined],
    ['tied:signal', 'SIGTERM'],
    ['tied:signal', 'SIGINT'],
  ] as const)('%s %s: with undoOnExit the lab goes with it', async (way, signal) => {
    await using machine = await Machine.open({ setup: DROP })
    const before = await machine.digest()
    const { lines, code } = await ends(machine, way, signal)
    expect([lines, code === 0]).toEqual([['up'], way === 'tied:end'])
    expect(await machine.digest()).toBe(before)
  })
})
