import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { differences, machineState } from '../../src/testing/leaks.js'
import { Machine } from '../netns/machine.js'
import { type Runner, Suite } from './suite.js'

/** A program that looks, does this, and compares. */
const program = (work: string) => `
import { execFileSync } from 'node:child_process'
import { net } from 'netloom'
import { watchLeaks } from 'netloom/testing'
const sh = (text) => execFileSync('bash', ['-euc', text], { stdio: ['ignore', 'ignore', 'inherit'] })
const watch = await watchLeaks()
${work}
try {
  await watch.check()
  console.log('clean')
} catch (error) {
  console.log(error.code)
  console.log(error.value.join('\\n'))
}
`

async function told(machine: Machine, work: string): Promise<string[]> {
  using suite = new Suite('node', program(work))
  return (await machine.ok(`cd ${suite.folder} && ${process.execPath} lab.test.js`)).split('\n')
}

describe('watchLeaks', () => {
  test('of a lab that went up and down, and of one in a sandbox, there is nothing to tell', async () => {
    await using machine = await Machine.open()
    const plan = `net.host().ns('demo01').ip('10.0.1.2/24', 'fd00:1::2/64').veth().routeBothWays().allowForward()`
    // the tables of the packet filter stay where something made them first
    await machine.ok('iptables -P FORWARD ACCEPT; ip6tables -P FORWARD ACCEPT')
    expect(await told(machine, `const plan = ${plan}; await plan.up(); await plan.down()`)).toEqual(
      ['clean'],
    )
    expect(
      await told(
        machine,
        `const lab = await ${plan}.up({ sandbox: true }); await watch.check(); await lab.down()`,
      ),
    ).toEqual(['clean'])
  })

  test('each thing that is left or gone is told', async () => {
    await using machine = await Machine.open({
      setup: 'ip link add dev old0 type veth peer name old1',
    })
    const lines = await told(
      machine,
      `sh(\`ip link add dev left0 type veth peer name left1
           ip addr add 10.7.7.1/24 dev left0; ip link set dev left0 up; ip link set dev left1 up
           ip route add 10.8.8.0/24 dev left0
           ip rule add to 10.9.9.9 lookup main
           iptables -A FORWARD -i left0 -j ACCEPT
           ip netns add leftns
           echo 1 >/proc/sys/net/ipv4/ip_forward
           ip link del dev old0\`)`,
    )
    expect(lines[0]).toBe('LEAK')
    for (const part of [
      /^\+ links: left0\b/,
      /^\+ addresses: left0 .*10\.7\.7\.1\/24/,
      /^\+ routes: 10\.8\.8\.0\/24 dev left0/,
      /^\+ rules of routing: .*10\.9\.9\.9/,
      /^\+ rules: -A FORWARD -i left0 -j ACCEPT/,
      /^\+ namespaces: leftns/,
      /^\+ namespaces: \/run\/netns\/leftns/,
      /^\+ settings: net\/ipv4\/ip_forward = 1/,
      /^- settings: net\/ipv4\/ip_forward = 0/,
      /^- links: old0\b/,
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(part))
    }
  })
})

describe('the global set-up', () => {
  const left = 'ip link add dev left0 type veth peer name left1'
  const suites: readonly (readonly [Runner, string, string])[] = [
    [
      'vitest',
      `import { execSync } from 'node:child_process'\nimport { test } from 'vitest'\n`,
      '',
    ],
    [
      'jest',
      `const { execSync } = require('node:child_process')\n`,
      '--globalSetup netloom/leak-check --globalTeardown netloom/leak-check/teardown',
    ],
    [
      'mocha',
      `import { execSync } from 'node:child_process'\nconst test = it\n`,
      '--require ./leak-check.mjs',
    ],
  ]
  test.each(suites)(
    '%s: a suite that leaves a link fails, and one that does not passes',
    async (runner, head, more) => {
      await using machine = await Machine.open()
      const suiteOf = (body: string) => {
        const suite = new Suite(runner, `${head}test('does it', () => { ${body} })\n`)
        writeFileSync(
          join(suite.folder, 'vitest.config.js'),
          `export default { test: { globalSetup: 'netloom/leak-check' } }\n`,
        )
        // the runner stands elsewhere, and would look for the package from there
        writeFileSync(join(suite.folder, 'leak-check.mjs'), `export * from 'netloom/leak-check'\n`)
        return suite
      }
      using clean = suiteOf('')
      const passed = await clean.run(machine, more)
      expect([passed.code, passed.stdout]).toEqual([0, expect.any(String)])
      using leaky = suiteOf(`execSync('${left}')`)
      const { code, stdout } = await leaky.run(machine, more)
      expect([code > 0, stdout]).toEqual([true, expect.stringMatching(/\+ links: left0\b/)])
    },
  )
})

test('copies count', () => {
  expect(differences({ a: ['x', 'x', 'y'] }, { a: ['x', 'z'], b: ['w'] })).toEqual([
    ...['+ a: z', '- a: x', '- a: y', '+ b: w'],
  ])
})

test('two looks at a machine that does nothing are the same', async () => {
  expect(differences(await machineState(), await machineState())).toEqual([])
})
