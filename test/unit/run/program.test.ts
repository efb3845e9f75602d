import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import {
  asked,
  cidrsOf,
  lookInto,
  partByName,
  partOf,
  probeFresh,
} from '../../../src/run/program.js'
import { upProgram } from '../../../src/run/up-program.js'
import { questions } from '../../../src/script/engine.js'
import { dualStack, everyCall } from '../plan/fixtures.js'

const plan = dualStack().toJSON()
const [host] = plan.hosts

/** What reads bash without running it. */
const parses = (text: string) => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
  return `${status} ${stderr}`
}

describe('what a session is told', () => {
  test('shellcheck finds nothing in the engine', () => {
    for (const part of [partOf(plan, host?.name ?? '', {}), partByName('demo', { force: true })]) {
      const check = spawnSync('shellcheck', ['--shell=bash', '-'], {
        input: `${part.engine('up')}\n${probeFresh(part)}`,
        encoding: 'utf8',
      })
      expect([check.status, check.stdout, check.stderr]).toEqual([0, '', ''])
    }
  })

  test('perl finds nothing in what it is handed, whatever it warns of', () => {
    const file = join(import.meta.dirname, '../../../src/script/engine/netlink.pl')
    const { status, stderr } = spawnSync('perl', ['-W', '-c', file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, `${file} syntax OK\n`])
  })

  test('bash reads the program of each plan', () => {
    for (const [name, make] of Object.entries(everyCall)) {
      const json = make().toJSON()
      for (const { name: on } of json.hosts) {
        const part = partOf(json, on, {})
        const { text, batches } = upProgram(part.steps, part.record)
        expect(parses(text), name).toBe('0 ')
        expect(batches.flatMap(({ steps }) => steps).length, name).toBe(part.steps.length)
      }
    }
  })

  test('the files of a plan are one batch, each a word with its lines', () => {
    const json = everyCall.names().toJSON()
    const { text, batches } = upProgram(partOf(json, 'h', {}).steps, undefined)
    const number = batches.findIndex(({ tool }) => tool === 'install')
    expect(batches[number]?.steps).toHaveLength(4)
    expect(text).toContain(`file_batch ${number} \\
  'a/resolv.conf
# netloom:h-a
nameserver 10.0.0.53
nameserver fd00::53
search lab.test test' \\
  'b/resolv.conf
# netloom:h-a
nameserver host' \\
`)
  })

  test('each namespace is looked into once, with the settings that will be asked for', () => {
    const lab = net
      .host()
      .ns('a')
      .sysctl('net.ipv4.ip_forward', 1)
      .sysctl('net.ipv4.ip_default_ttl', 70)
      .ns('b')
      .link('a', { ip: ['10.0.1.1/24', '10.0.1.2/24'] })
    const { steps } = partOf(lab.toJSON(), 'host', {})
    expect(lookInto(steps).split(' ').slice(2).join(' ')).toBe(
      "'a net/ipv4/ip_forward net/ipv4/ip_default_ttl' b",
    )
  })

  test('steps are asked for by their undo and their question, a line each', () => {
    const { steps } = partOf(net.host().ns('a').toJSON(), 'host', {})
    expect(asked(steps)).toBe("ask 'ip netns del a' netns a\nask '' loopback a\ntell")
  })

  test('the tools of a part are those of its steps, without a look at them', () => {
    for (const [name, make] of Object.entries(everyCall)) {
      const json = make().toJSON()
      for (const { name: on } of json.hosts) {
        const part = partOf(json, on, {})
        const used = new Set(['ip', ...part.steps.map(({ tool }) => tool)])
        // writes of settings and files are bash's own
        for (const own of ['sysctl', 'install']) used.delete(own)
        const [, told = ''] = /^tools=\((.*)\)$/m.exec(part.engine('up')) ?? []
        expect(told.split(' ').toSorted(), name).toEqual([...used].toSorted())
      }
    }
  })

  test('in doubt is whatever has a function that says why it cannot be', () => {
    for (const [name, make] of Object.entries(everyCall)) {
      const json = make().toJSON()
      for (const { name: on } of json.hosts) {
        const part = partOf(json, on, {})
        const engine = questions(part.resources)
        const doubtful = part.steps.filter(({ seen }) => engine.includes(`\nfault_${seen[0]}() {`))
        expect(part.doubts, name).toEqual(doubtful.map(({ seen }) => seen))
      }
    }
  })

  test('the addresses of a part are those of its namespaces, not those of host ends', () => {
    const part = partOf(plan, host?.name ?? '', {})
    expect(cidrsOf(part).map(({ text }) => text)).toEqual(
      plan.resources.flatMap((r) =>
        r.kind === 'address' && r.namespace !== undefined ? [r.cidr] : [],
      ),
    )
  })
})
