import { describe, expect, test } from 'vitest'
import { NetloomError, net } from '../../../src/index.js'
import { labOf } from '../../../src/plan/lab.js'
import { partOfPlan, readRecord, recordOf } from '../../../src/plan/record.js'
import { stepsOf } from '../../../src/plan/steps.js'
import { everyCall } from './fixtures.js'

describe('what is kept of a plan', () => {
  test.each(Object.entries(everyCall))(
    '%s: each host reads its part again, as the same steps',
    (_, make) => {
      const plan = make().toJSON()
      for (const { name } of plan.hosts) {
        const part = readRecord(recordOf(plan, name).split('\n'))
        expect(part).toEqual(JSON.parse(JSON.stringify(partOfPlan(plan, name))))
        if (part === undefined) continue
        expect(labOf(part)).toEqual(labOf(plan))
        const own = stepsOf(plan).filter(({ host }) => host === name)
        expect(stepsOf(part).map(({ argv }) => argv)).toEqual(own.map(({ argv }) => argv))
      }
    },
  )

  test('one that was cut off says nothing; one of another version is refused', () => {
    const lines = recordOf(net.host().ns('a').toJSON(), 'host').split('\n')
    expect(readRecord(lines.slice(0, -1))).toBeUndefined()
    expect(readRecord([])).toBeUndefined()
    const other = lines.map((line) => line.replace('"version":1', '"version":2'))
    expect(() => readRecord(other)).toThrow(NetloomError)
    expect(() => readRecord(other)).toThrow(/another version of netloom/)
  })
})
