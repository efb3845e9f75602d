import { expect, test } from 'vitest'
import { Lane } from './lane.js'
import { Script } from './script.js'
import { subjects } from './subjects.js'

test.each(subjects)('the commands of the script of $name', async (subject) => {
  await using lane = await Lane.open(subject)
  const script = new Script(lane, subject.plan)
  const counted = async (verb: 'up' | 'down') => {
    await lane.striker.at(0, 'fail', verb, 'itself')
    expect(await script.run(verb)).toMatchObject({ code: 0, stderr: '' })
    return lane.striker.count()
  }
  expect({ up: await counted('up'), down: await counted('down') }).toEqual(subject.ofScript)
  await lane.expectAsBefore()
})
