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

// An up that was too slow for its patience is undone, and tried again: its undo must not be what is struck.
test.each(subjects)(
  'what undoes an up of $name is not counted as its commands',
  async (subject) => {
    await using lane = await Lane.open(subject)
    const { striker, sdk } = lane
    const last = subject.plan.commands().length
    await striker.at(0, 'fail', 'up', 0)
    const { error } = await sdk.up(subject.plan, { PATH: striker.PATH, abortAt: last })
    expect(error?.code).toBe('ABORTED')
    expect(await striker.count()).toBe(subject.commands.up)
    await lane.expectAsBefore()
  },
)
