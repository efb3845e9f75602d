import { basename } from 'node:path'
import { expect } from 'vitest'
import { test } from './worker-lab.mjs'

const own = basename(import.meta.url).split('.')[0]

test('has the lab, with what other files left in it', async ({ lab }) => {
  const { stdout } = await lab.host('host').$`echo ${own} >>/run/files; cat /run/files`
  console.log(`${own} of ${process.pid} sees ${stdout.trim().split('\n').toSorted().join(' ')}.`)
})

if (own === 'fails') {
  test('fails', async ({ lab }) => {
    await expect(lab).not.toReach('demo01', 'demo02')
  })
}
