import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { ask as asked, BACK_ENDS, byPath } from './back-ends.js'
import { faultOn } from './fault.js'
import { answers, connection, type Entry, enter, flow, frontOn, tracked } from './flows.js'
import { FRONTS } from './fronts.js'
import { Machine } from './machine.js'
import { DROP } from './plans.js'

const HOST = { 4: '100.100.198.250', 6: 'fd00:100::250' } as const

/** A lab of its own name, whose namespace has this number in its addresses. */
const inside = (name: string, number: number) =>
  net
    .host('node03', {
      address: ['100.100.198.250/24', 'fd00:100::250/64'],
      device: 'enp2s0',
    })
    .named(name)
    .ns(name)
    .ip(`10.0.${number}.2/24`, `fd00:${number}::2/64`)
    .veth()
    .routeBothWays()

const PORTS = ['8080:80/tcp', '5353:53/udp'] as const
const web = inside('web', 1).publish(...PORTS)
const api = inside('api', 2).publish(...PORTS)

/** The host tracks flows before any lab is up, and has a second address. */
const TRACKS = `${DROP}; ip addr add 192.0.2.9/32 dev enp2s0
for tool in iptables ip6tables; do $tool -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT; done`

/** Of others: another port, another protocol, what the host forwards, and who asks the namespaces themselves. */
const OTHERS: readonly Entry[] = [
  { to: [HOST[4], 5354] },
  { to: [HOST[6], 5354] },
  { to: [HOST[4], 53] },
  { to: [HOST[4], 8080] },
  { to: [HOST[6], 8080] },
  { protocol: 'tcp', to: [HOST[4], 5353] },
  { protocol: 'tcp', to: [HOST[6], 5353] },
  { to: ['198.51.100.7', 5353] },
  { to: ['2001:db8::7', 5353] },
  { to: ['127.0.0.1', 5353] },
  { to: ['10.0.1.2', 53] },
  { to: ['fd00:1::2', 53] },
  { to: ['10.0.1.2', 5353], by: ['10.0.1.2', 53] },
  { to: [HOST[4], 5355], by: ['10.0.1.2', 53] },
  { to: [HOST[4], 5356], by: ['10.0.1.2', 54] },
]

/** Those that were led to a namespace: of a lab that was, or while one comes up. */
const led = (number: number): readonly Entry[] => [
  { to: [HOST[4], 5353], by: [`10.0.${number}.2`, 53] },
  { to: [HOST[6], 5353], by: [`fd00:${number}::2`, 53] },
  { protocol: 'tcp', to: [HOST[4], 8080], by: [`10.0.${number}.2`, 80] },
  { protocol: 'tcp', to: [HOST[6], 8080], by: [`fd00:${number}::2`, 80] },
]

/** A tool that tells how it was called; one before 1.4.7 reads no commands from a file. */
async function watched(machine: Machine, { old = false } = {}) {
  const calls = machine.file('calls', '')
  const usual = await machine.ok(`mkdir ${machine.folder}/watch; echo "$PATH"`)
  machine.file(
    'watch/conntrack',
    `#!/bin/bash
echo "$*" >>${calls}
${old ? '[[ $1 != -R ]] || exit 2' : ''}
PATH=${usual} exec conntrack "$@"
`,
  )
  return {
    PATH: `${machine.folder}/watch:${usual}`,
    /** Since it was asked last. */
    calls: async () => {
      const text = await machine.ok(`cat ${calls}; : >${calls}`)
      return text === '' ? [] : text.split('\n')
    },
  }
}

test('control: without the tool nothing fails, and a flow stays where it was', async () => {
  await using machine = await Machine.open({ setup: TRACKS })
  const PATH = await machine.ok('echo "$PATH"')
  const tool = await machine.ok('command -v conntrack')
  for (const by of FRONTS) {
    await using lab = await frontOn(machine, by, byPath(PATH))
    const four = await flow(machine, 4, HOST[4], 5353)
    await machine.ok(`mount --bind /dev/null ${tool}`)
    expect(await lab.up(web)).toBe('')
    const end = await answers(machine, 'web', 80, 53)
    expect(await four.heard()).toBe('')
    await end()
    expect(await lab.down(web)).toBe('')
    await machine.ok(`umount ${tool}`)
    await four.end()
  }
})

describe.each(FRONTS)('by %s', (by) => {
  test.each(BACK_ENDS)('flows follow what is published, with the %s back end', async (back) => {
    await using machine = await Machine.open()
    const how = await asked(machine, back)
    await machine.ok(`PATH=${how.call.PATH}\n${TRACKS}`)
    await using lab = await frontOn(machine, by, how)
    await enter(machine, OTHERS)
    const others = await tracked(machine)
    expect(others).toHaveLength(OTHERS.length)
    const four = await flow(machine, 4, HOST[4], 5353)
    const six = await flow(machine, 6, HOST[6], 5353)

    for (const [plan, name, number] of [
      [web, 'web', 1],
      [api, 'api', 2],
    ] as const) {
      expect(await lab.up(plan)).toBe('')
      const end = await answers(machine, name, 80, 53)
      expect([await four.heard(), await six.heard()]).toEqual([name, name])
      const close = await connection(machine, HOST[4], 8080)
      const close6 = await connection(machine, HOST[6], 8080)
      const up = await tracked(machine)
      expect(up.filter((line) => !others.includes(line))).toHaveLength(4)
      expect(others.filter((line) => !up.includes(line))).toEqual([])
      // what is up is not touched again
      expect(await lab.up(plan)).toBe('')
      expect(await tracked(machine)).toEqual(up)

      await end()
      expect(await lab.down(plan)).toBe('')
      const down = await tracked(machine)
      expect(others.filter((line) => !down.includes(line))).toEqual([])
      const ends = [` src=10.0.${number}.2 `, ` src=fd00:${number}::2 `]
      const led = down.filter((line) => ends.some((end) => line.includes(end)))
      expect(led.filter((line) => !others.includes(line))).toEqual([])
      await close()
      await close6()
    }
    await four.end()
    await six.end()
  })

  test('what leads elsewhere goes with up, and what leads there stays', async () => {
    await using machine = await Machine.open({ setup: TRACKS })
    const watch = await watched(machine)
    await using lab = await frontOn(machine, by, byPath(watch.PATH))
    await enter(machine, OTHERS)
    const others = await tracked(machine)
    await enter(machine, led(2))
    const stays = (await tracked(machine)).filter((line) => !others.includes(line))
    await enter(machine, led(7))
    expect(await lab.up(api)).toBe('')
    expect(await tracked(machine)).toEqual([...others, ...stays].sort())
    // a list for each family, and one for all that goes
    const calls = (await watch.calls()).map(([, letter]) => letter).sort()
    expect(calls).toEqual(['L', 'L', 'R'])
    expect(await lab.down(api)).toBe('')
    expect(await tracked(machine)).toEqual(others)
  })

  test('ranges, one address of the host, and a tool that takes one command', async () => {
    await using machine = await Machine.open({ setup: TRACKS })
    const watch = await watched(machine, { old: true })
    await using lab = await frontOn(machine, by, byPath(watch.PATH))
    const plan: Plan = inside('web', 1).publish(
      '6000-6999/udp',
      '7000-7019:8000-8019/udp',
      '192.0.2.9:5353:53/udp',
    )
    const other: readonly Entry[] = [
      { to: [HOST[4], 5999] },
      { to: [HOST[4], 7020] },
      { to: [HOST[4], 5353] },
      { to: [HOST[4], 7000], by: ['10.0.1.2', 8000] },
      { to: ['192.0.2.9', 5353], by: ['10.0.1.2', 53] },
    ]
    const old: readonly Entry[] = [
      { to: [HOST[4], 6000] },
      { to: [HOST[6], 6999] },
      { to: ['192.0.2.9', 6500] },
      { to: [HOST[4], 7019], by: ['10.0.1.2', 8018] },
      { to: ['192.0.2.9', 5353] },
      ...Array.from({ length: 20 }, (_, i): Entry => ({ to: ['192.0.2.9', 6000 + i] })),
    ]
    await enter(machine, other)
    const others = await tracked(machine)
    await enter(machine, old)
    expect(await lab.up(plan)).toBe('')
    expect(await tracked(machine)).toEqual(others)
    const calls = await watch.calls()
    expect(calls.filter((call) => call.startsWith('-L'))).toHaveLength(2)
    // all at 192.0.2.9 go at once, since nothing else asks it
    expect(calls.filter((call) => call.startsWith('-D'))).toHaveLength(4)
    expect(await lab.down(plan)).toBe('')
    expect(await tracked(machine)).toEqual(others.filter((line) => !line.includes('src=10.0.1.2')))
  })

  test('no process where nothing is published', async () => {
    await using machine = await Machine.open({ setup: TRACKS })
    const watch = await watched(machine)
    await using lab = await frontOn(machine, by, byPath(watch.PATH))
    const plan: Plan = inside('web', 1).allowForward().masquerade()
    expect(await lab.up(plan)).toBe('')
    expect(await lab.down(plan)).toBe('')
    expect(await watch.calls()).toEqual([])
  })

  test('an up that fails, and what comes behind kill -9', async () => {
    await using machine = await Machine.open({ setup: TRACKS })
    const fault = await faultOn(machine)
    await using lab = await frontOn(machine, by, byPath(fault.PATH))
    await enter(machine, OTHERS)
    const others = await tracked(machine)
    // the last change is of another namespace, behind the rules
    const plan: Plan = web.ns('late').ip('10.0.9.2/24').veth()
    await fault.at(0)
    expect(await lab.up(plan)).toBe('')
    const changes = Number((await machine.ok(`cat ${machine.folder}/count`)).trim())
    expect(await lab.down(plan)).toBe('')

    await enter(machine, led(1))
    await fault.at(changes)
    expect(await lab.up(plan)).not.toBe('')
    expect(await fault.fired()).not.toBe('')
    expect(await tracked(machine)).toEqual(others)

    const script = machine.file('killed.sh', plan.toBash())
    const killed = async () => {
      await fault.at(changes, 'hang')
      await machine.ok(`PATH=${fault.PATH} setsid ${script} up >/dev/null 2>&1 & script=$!
        until [[ -e ${machine.folder}/fired ]]; do sleep 0.05; done
        kill -KILL -- -"$script"; wait "$script" || true`)
      await fault.at(0)
    }
    await killed()
    await enter(machine, led(1))
    expect(await lab.down(plan)).toBe('')
    expect(await tracked(machine)).toEqual(others)

    // the run that goes on where that one ended wrote nothing of these rules
    await killed()
    await enter(machine, [{ to: [HOST[4], 5353] }, { to: [HOST[6], 5353] }])
    expect(await lab.up(plan)).toBe('')
    expect(await tracked(machine)).toEqual(others)
    expect(await lab.down(plan)).toBe('')
  })
})
