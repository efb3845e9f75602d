import { expect, test } from 'vitest'
import { Lane } from './lane.js'
import { subjects } from './subjects.js'

test.each(subjects)('the commands of $name', async (subject) => {
  await using lane = await Lane.open(subject)
  const { striker, sdk } = lane
  const counted = async (verb: 'up' | 'down') => {
    await striker.at(0, 'fail', verb, 0)
    expect((await sdk[verb](subject.plan, { PATH: striker.PATH })).error).toBeUndefined()
    return striker.count()
  }
  expect({ up: await counted('up'), down: await counted('down') }).toEqual(subject.commands)
  await lane.expectAsBefore()
})
