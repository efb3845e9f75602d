import { describe, expect, test } from 'vitest'
import { FRONTS, onMachine } from './fronts.js'
import { DROP, s2 } from './plans.js'

const JOURNAL = '/run/netloom/node03-demo01/journal'

/** How long somebody keeps the lock of the host, in seconds. */
const KEPT = 2

/** Keeps the lock as another run does, and is gone with it. */
const KEEP = `
(exec 9</proc/self/ns/net; flock 9; : >/run/kept; sleep ${KEPT}; rm /run/kept) >/dev/null 2>&1 &
until [[ -e /run/kept ]]; do sleep 0.01; done`

describe.each(FRONTS)('by %s', (by) => {
  test('an up, and a down, wait for another run on the host', () =>
    onMachine({ by, plan: s2 }, async (lab) => {
      // the search path of the script has only what it must have
      const { folder } = lab.machine
      await lab.machine.ok(`mkdir -p ${folder}/bin; ln -sf "$(command -v flock)" ${folder}/bin/`)
      for (const verb of ['up', 'down'] as const) {
        await lab.machine.ok(KEEP)
        const start = performance.now()
        const answer = await lab[verb]()
        expect([verb, typeof answer === 'string' ? answer : answer.said]).toEqual([verb, ''])
        expect([verb, performance.now() - start > KEPT * 500]).toEqual([verb, true])
        expect([verb, (await lab.machine.run('ls /run/kept')).stdout]).toEqual([verb, ''])
      }
    }))
})

test('both keep the same journal, but for who began it and when', async () => {
  const journals: string[][] = []
  for (const by of FRONTS) {
    await onMachine({ by, plan: s2, setup: DROP }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const lines = (await lab.machine.ok(`cat ${JOURNAL}`)).split('\n')
      expect(lines[0]).toMatch(/^netloom-journal 1 node03-demo01 \d+$/)
      expect(lines.at(-1)).toBe('end')
      journals.push(lines.map((line) => line.replace(/^begin \d+ \d+$/, 'begin')).toSorted())
      expect(await lab.down()).toBe('')
    })
  }
  expect(journals[0]).toContain('begin')
  expect(journals[0]).toEqual(journals[1])
})
