import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { hide } from './hide.js'
import { Machine } from './machine.js'

const lab = (count: number) =>
  net
    .host()
    .each(count, (host, i) =>
      host
        .ns(`demo${i}`)
        .ip(`10.0.${i}.2/24`, `fd00:${i}::2/64`)
        .veth()
        .routeBothWays()
        .allowForward(),
    )

/** What a run starts in any case: bash, what looks and checks, and what serves the host. */
const BESIDE = 40

test.each([
  ['up and down start a few', '', 0],
  ['without Perl, up starts one for each namespace beside', hide('perl'), 1],
])('%s processes, however many namespaces there are', async (_, setup, each) => {
  await using machine = await Machine.open({ setup })
  await using sdk = machine.sdk()
  // numbers are given out one after another, and to nobody else on this machine
  const newest = async () => Number(await machine.ok('echo "$BASHPID"'))
  const started = async (verb: 'up' | 'down', count: number) => {
    const before = await newest()
    expect((await sdk[verb](lab(count))).error).toBeUndefined()
    return (await newest()) - before - 1
  }
  // what the program itself starts once, threads among it
  await started('up', 1)
  await started('down', 1)
  for (const count of [10, 60]) {
    const up = await started('up', count)
    expect(up).toBeGreaterThan(each * count)
    expect(up).toBeLessThanOrEqual(each * count + BESIDE)
    const down = await started('down', count)
    expect(down).toBeGreaterThan(0)
    expect(down).toBeLessThanOrEqual(BESIDE)
  }
})
