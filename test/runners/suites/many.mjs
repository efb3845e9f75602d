// many.mjs INDEX COUNT: so many labs, one after another, for tests that end in each way that there is. The last is up
// when the program is killed. Says how each ended.
import { setTimeout as wait } from 'node:timers/promises'
import { net } from 'netloom'
import { withLab } from 'netloom/testing'

const [index, count] = process.argv.slice(2).map(Number)
const plan = net
  .host()
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth()
  .routeBothWays()
  .allowForward()

const passes = async (lab) => {
  await lab.ns('demo01').$`ping -n -c1 -W2 10.0.2.2`
}
const ways = [
  ['passes', passes],
  [
    'fails',
    async () => {
      throw new Error('on purpose')
    },
  ],
  [
    'times out',
    async (lab) => {
      await lab.ns('demo01').$`sleep 1000`
    },
  ],
  [
    'leaves a server',
    async (lab) => {
      lab.ns('demo02').spawn('sleep', ['1000'])
      // one that does not see its pipe close, and one that has left its parent
      lab.ns('demo02').spawn('bash', ['-c', 'setsid sleep 1000 & kill -STOP $$'])
    },
  ],
]

for (let i = 0; i < count - 1; i += 1) {
  const [name, body] = ways[(index + i) % ways.length]
  const context = name === 'times out' ? [{ signal: AbortSignal.timeout(400) }] : []
  try {
    await withLab(plan, body)(...context)
    console.log(`${name}: resolved`)
  } catch (error) {
    console.log(
      `${name}: rejected ${/as the plan says/.test(error.message) ? 'with the facts' : ''}`,
    )
  }
}
await withLab(plan, async (lab) => {
  const stopped = lab
    .ns('demo02')
    .spawn('bash', ['-c', 'setsid sleep 1000 & echo here; kill -STOP $$'])
  while (stopped.stdout === '') await wait(10)
  await wait(50)
  console.log('killed')
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
})()
