import { describe, expect, test } from 'vitest'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'
import { all, sorted, words, wordsOfScript } from './words.js'

describe('a script and the SDK are one', () => {
  test('they make the same state, and either takes down what the other put up', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using sdk = machine.sdk()
    await sdk.status(s2)
    const script = machine.file('s2.sh', s2.toBash())
    const before = await machine.digest()

    expect(await machine.run(`${script} up`)).toMatchObject({ code: 0, stderr: '' })
    const byScript = sorted(await machine.digest())
    expect((await sdk.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)

    expect((await sdk.up(s2)).error).toBeUndefined()
    const bySdk = sorted(await machine.digest())
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
    expect(bySdk).toEqual(byScript)
  })

  test('they say the same of each resource at every stage, up and down twice, from several processes', async () => {
    await using machine = await Machine.open({ setup: DROP })
    await using one = machine.sdk()
    await using other = machine.sdk()
    const script = machine.file('s2.sh', s2.toBash())
    await Promise.all([one.status(s2), other.status(s2)])
    const before = await machine.digest()
    const status = async (code: number) => {
      const said = await machine.run(`${script} status`)
      expect(said.code).toBe(code)
      const ofSdk = words((await other.status(s2)).value)
      expect(wordsOfScript(s2, said.stdout)).toEqual(ofSdk)
      return ofSdk
    }

    expect(await status(3)).toEqual(all(s2, 'absent'))
    expect((await one.up(s2)).error).toBeUndefined()
    expect(await status(0)).toEqual(all(s2, 'present'))
    const up = await machine.digest()
    const again = await other.up(s2)
    expect(again.error).toBeUndefined()
    expect(again.progress.filter((line) => !line.startsWith('skip '))).toEqual([])
    expect((await machine.run(`${script} up`)).stdout).toBe('lab node03-demo01 was up already')
    expect(await machine.digest()).toBe(up)
    expect(await status(0)).toEqual(all(s2, 'present'))

    expect((await other.down(s2)).error).toBeUndefined()
    expect(await machine.digest()).toBe(before)
    expect(await status(3)).toEqual(all(s2, 'absent'))
    expect((await one.down(s2)).error).toBeUndefined()
    expect(await machine.run(`${script} down`)).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.digest()).toBe(before)
  })
})
