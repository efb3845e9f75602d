import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { type Lane, WAYS } from './lane.js'
import { Lanes } from './lanes.js'
import { full, numbers, seed } from './seed.js'
import { subjectOf } from './subjects.js'

const KILLS = full ? 200 : 40
/** A kill that came too late is tried again, sooner. */
const TRIES = 8

const subject = subjectOf('S2')
const lanes = new Lanes()
afterAll(() => lanes[Symbol.asyncDispose]())

/** How long an up took, in milliseconds: the first, then each that a kill came too late for. */
const durations: number[] = []
const usual = () => pace * (durations.toSorted((a, b) => a - b)[durations.length >> 1] ?? 0)
/** How much longer it takes beside all else that goes on: more, where a late kill found nothing made yet. */
let pace = 1

/** Kills the program of the SDK in the middle of an up; false where it had come to its end before. */
async function killedAfter(lane: Lane, ms: number): Promise<boolean> {
  const start = performance.now()
  const answer = lane.orEnd(lane.sdk.up(subject.plan)).then((value) => {
    if (value !== undefined) durations.push(performance.now() - start)
    return value
  })
  await wait(ms)
  await lane.kill()
  return (await answer) === undefined
}

test(
  `kill -9 at ${KILLS} random moments of up, and down from a new process`,
  async () => {
    const next = numbers(seed)
    let killed = 0
    let changed = 0

    await lanes.lend(subject, async (lane) => {
      const start = performance.now()
      expect((await lane.sdk.up(subject.plan)).error).toBeUndefined()
      durations.push(performance.now() - start)
      expect(await lane.down(subject.plan, 'by the plan')).toBe('')
    })

    const one = (at: number, i: number) =>
      lanes.lend(subject, async (lane) => {
        let hit = false
        for (let k = 0; k < TRIES && !hit; k += 1) {
          hit = await killedAfter(lane, usual() * at * 0.8 ** k)
          await lane.renew()
          const made = (await lane.machine.run('ls /run/netloom')).stdout !== ''
          if (hit && made) changed += 1
          else if (hit && at > 0.6) pace *= 1.15
          expect(await lane.down(subject.plan, WAYS[i % WAYS.length] ?? 'by the plan')).toBe('')
          await lane.expectAsBefore()
        }
        expect(hit, `a moment at ${at} of up`).toBe(true)
        killed += 1
      })
    // one in each part of the duration
    await Promise.all(Array.from({ length: KILLS }, (_, i) => one((i + next()) / KILLS, i)))
    console.log(`kills: ${killed} in the middle of up, ${changed} of them behind the first change`)
    expect(killed).toBe(KILLS)
    // the first part of an up only looks
    expect(changed).toBeGreaterThan(KILLS / 10)
  },
  KILLS * 30_000,
)
