// A test suite: a server in one namespace, its clients in another, a link that is cut and mended. Run it with vitest.
import { net } from 'netloom'
import { labTest } from 'netloom/vitest'
import { describe, expect } from 'vitest'

const plan = net
  .host()
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .allowForward()
  .ns('client')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth()
  .routeBothWays()
  .allowForward()

const test = labTest(plan, { scope: 'file' })

const program = `require('http').createServer((_, answer) => answer.end('hello')).listen(80)`
const ask = `fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)`
const http = { protocol: 'tcp', port: 80, family: 4 } as const

describe('a web server', () => {
  test('does not listen before it is there', async ({ lab }) => {
    await expect(lab).toReach('client', 'web')
    await expect(lab).not.toReach('client', 'web', http)
  })

  test('answers over IPv4 and IPv6', async ({ lab }) => {
    await using server = lab.ns('web').spawn(process.execPath, ['-e', program])
    await server.waitForPort(80)
    for (const url of ['http://10.0.1.2', 'http://[fd00:1::2]']) {
      const said = await lab.ns('client').$`${process.execPath} -e ${ask} ${url}`
      expect(said.stdout).toBe('hello\n')
    }
  })

  test('is out of reach while its link is cut, and back behind that', async ({ lab }) => {
    await using server = lab.ns('web').spawn(process.execPath, ['-e', program])
    await server.waitForPort(80)
    await expect(lab).toReach('client', 'web', http)
    await lab.ns('web').$`ip link set dev eth0 down`
    await expect(lab).not.toReach('client', 'web', http)
    await lab.ns('web').$`ip link set dev eth0 up`
    // its routes went with it
    await lab.ns('web').$`ip route add default via 169.254.1.1 dev eth0 onlink`
    await expect(lab).toReach('client', 'web', http)
  })
})
