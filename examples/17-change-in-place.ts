// A running network becomes another one: what stays is not touched, and a failure leaves all as it was.
import { net } from 'netloom'

const shop = net
  .host()
  .named('shop')
  .ns('web')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .allowForward()

/** With a database that only the web server reaches, and another address for itself. */
export const plan = net
  .host()
  .named('shop')
  .ns('web')
  .ip('10.0.1.2/24', '10.0.1.3/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .ns('db')
  .ip('10.0.2.2/24')
  .veth()
  .routeBothWays()
  .allowForward()
  .allow({ from: 'web' })
  .policy('deny')

console.log(String(shop.diff(plan)))

await using before = await shop.up({ sandbox: true })
const server = before.ns('web').spawn('sleep', ['60'])

const after = await plan.up({
  into: before,
  onProgress: ({ type, command }) => {
    if (type !== 'skip') console.log(type, command)
  },
})
const { exitCode } = await after.ns('web').$`ping -c1 -W1 10.0.2.2`.nothrow()
console.log(`web -> db: ${exitCode === 0 ? 'answers' : 'no answer'}`)
await server.stop()
