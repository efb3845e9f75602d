import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { type Lane, WAYS } from './lane.js'
import { Lanes } from './lanes.js'
import { full, numbers, seed } from './seed.js'
import { subjects } from './subjects.js'

const KILLS = full ? 200 : 40
/** A kill that comes too late is tried again, sooner. */
const TRIES = 6

const [subject] = subjects.filter(({ name }) => name === 'S2')
const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** Kills the program of the SDK in the middle of an up; false where it had come to its end before. */
async function killedAfter(lane: Lane, ms: number): Promise<boolean> {
  if (subject === undefined) return false
  const answer = lane.orEnd(lane.sdk.up(subject.plan))
  await wait(ms)
  await lane.kill()
  return (await answer) === undefined
}

test(
  `kill -9 at ${KILLS} random moments of up, and down from a new process`,
  async () => {
    if (subject === undefined) return expect.unreachable()
    const next = numbers(seed)
    const durations: number[] = []
    const changed: number[] = []
    let killed = 0
    const measure = (lane: Lane) =>
      lane.sdk.up(subject.plan).then(({ error }) => expect(error).toBeUndefined())

    const one = (at: number, i: number) =>
      lanes.lend(subject, async (lane) => {
        const start = performance.now()
        await measure(lane)
        durations.push(performance.now() - start)
        expect(await lane.down(subject.plan, 'by the plan')).toBe('')
        const usual = durations.toSorted((a, b) => a - b)[durations.length >> 1] ?? 0
        for (let k = 0; k < TRIES; k += 1) {
          const hit = await killedAfter(lane, usual * at * 0.8 ** k)
          await lane.renew()
          const left = await lane.machine.run('ls /run/netloom')
          if (hit && left.stdout !== '') changed.push(i)
          expect(await lane.down(subject.plan, WAYS[i % WAYS.length] ?? 'by the plan')).toBe('')
          await lane.expectAsBefore()
          if (hit) {
            killed += 1
            return
          }
        }
        expect.unreachable(`a moment at ${at} of up was ${TRIES} times behind its end`)
      })
    // one in each part of the duration
    await Promise.all(Array.from({ length: KILLS }, (_, i) => one((i + next()) / KILLS, i)))
    console.log(
      `kills: ${killed} in the middle of up, ${changed.length} of them with changes made, NETLOOM_SEED=${seed}`,
    )
    expect(killed).toBe(KILLS)
    // the first part of an up only looks
    expect(changed.length).toBeGreaterThan(KILLS / 5)
  },
  KILLS * 30_000,
)
