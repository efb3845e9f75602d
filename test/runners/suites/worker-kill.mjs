import { basename } from 'node:path'
import { test } from './worker-lab.mjs'

const { pid, ppid } = process
const victim = basename(import.meta.url).startsWith('kills-worker') ? pid : ppid

test('does not come to its end', { timeout: 1_000 }, async ({ lab }) => {
  lab.ns('demo01').spawn('bash', ['-c', 'setsid sleep 1000 & kill -STOP $$'])
  process.kill(victim, 'SIGKILL')
  await lab.ns('demo02').$`sleep 1000`
})
