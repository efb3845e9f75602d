import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
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

/** What a run starts beside a process for each namespace: bash, what looks and checks, and what serves the host. */
const BESIDE = 40

test('up starts a process for each namespace and a few beside, down a few', async () => {
  await using machine = await Machine.open()
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
    expect([count, await started('up', count)]).toSatisfy(
      ([, up]) => up > count && up <= count + BESIDE,
    )
    expect([count, await started('down', count)]).toSatisfy(
      ([, down]) => down > 0 && down <= BESIDE,
    )
  }
})
