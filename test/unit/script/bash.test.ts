import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { stepsOf } from '../../../src/plan/steps.js'
import { scriptEngine } from '../../../src/script/engine.js'
import { dualStack, everyCall, NODE03, s3 } from '../plan/fixtures.js'
import { expectRefusal } from '../refusal.js'
import { scriptsOf, stepsInScript } from './read.js'

describe('toBash', () => {
  test('of a plan of several hosts asks which one, and lists them', () => {
    const error = expectRefusal(() => s3().toBash(), {
      code: 'SEVERAL_HOSTS',
      value: ['node03', 'node02'],
      says: /node03, node02/,
    })
    expect(error.hint).toBe("Name one: toBash({ host: 'node03' }).")
  })

  test('of an unknown host says which there are', () => {
    for (const host of ['node01', '', 'demo01', 'node03\n$(reboot)']) {
      const error = expectRefusal(() => s3().toBash({ host: host as never }), {
        code: 'UNKNOWN_NAME',
        value: host,
      })
      expect(error.hint).toBe('Its hosts are node03, node02.')
    }
  })

  test('a misspelt option is refused', () => {
    for (const options of [{ hosts: 'node03' }, 'node03', { host: 7 }]) {
      expectRefusal(() => s3().toBash(options as never), { code: 'BAD_ARGUMENT', value: options })
    }
  })

  test('the scripts of the hosts share out the steps of the plan', () => {
    for (const [name, make] of Object.entries(everyCall)) {
      const plan = make()
      for (const { host, script } of scriptsOf(plan)) {
        const steps = plan.commands().filter((step) => step.host === host)
        expect(stepsInScript(script), name).toMatchObject(
          steps.map(({ argv, undo }) => ({ argv, undo: 'argv' in undo ? undo.argv : [] })),
        )
      }
    }
  })

  test('a reader finds the call and the reason above each step, as comments', () => {
    const script = dualStack().toBash()
    for (const { call, why } of dualStack().commands()) {
      expect(script).toContain(`\n  # ${call}\n`)
      expect(script).toContain(`\n  # ${why}\n  step `)
    }
  })

  test('the header says what it makes and what it needs, no more', () => {
    const head = (script: string) => script.slice(0, script.indexOf('\nset -euo'))
    const whole = head(s3().toBash({ host: 'node03' }))
    expect(whole).toMatch(
      /^#!\/usr\/bin\/env bash\n# The lab node03-node02-demo01 on host node03\./,
    )
    expect(whole).toContain('# Usage: up | down | status | help\n')
    expect(whole).toContain('#   veth pair vethhost01 <-> node03/demo01 vethdemo01\n')
    expect(whole).toMatch(/# Needs: bash .*, coreutils, iproute2 .*, iptables \(or nft\);/)
    expect(whole).not.toContain('ip6tables')
    expect(head(dualStack().toBash())).toContain('ip6tables')
    const published = net.host().ns('a').ip('10.0.1.2/24').veth().routeBothWays().publish('80')
    expect(head(published.toBash())).toContain(', iptables (or nft), conntrack (optional: ')
    expect(head(dualStack().toBash())).not.toContain('conntrack')
    const bare = net.host().ns('a').toBash()
    expect(head(bare)).not.toContain('iptables')
    expect(head(net.host().toBash())).toContain('#   nothing\n')
    expect(head(s3().toBash({ host: 'node02' }))).not.toContain('vethhost01')
  })

  test('it carries no question that no step of it asks', () => {
    const script = net.host().ns('a').toBash()
    expect(script).toContain('seen_netns()')
    for (const other of ['seen_veth()', 'seen_route()', 'seen_accept()', 'seen_forwarding()']) {
      expect(script).not.toContain(other)
    }
  })

  test('a kind brings all questions that its own steps ask, whatever else the plan has', () => {
    for (const make of Object.values(everyCall)) {
      const plan = make().toJSON()
      for (const { resource: index, seen } of stepsOf(plan)) {
        const own = plan.resources[index]
        const engine = scriptEngine(own === undefined ? [] : [own])
        expect([own?.kind, engine.includes(`\nseen_${seen[0]}() {`)]).toEqual([own?.kind, true])
      }
    }
  })

  test('the same plan gives the same script, also after JSON', () => {
    for (const make of Object.values(everyCall)) {
      const scripts = scriptsOf(make())
      expect(scriptsOf(make())).toEqual(scripts)
      expect(scriptsOf(net.parse(JSON.stringify(make())))).toEqual(scripts)
    }
  })

  test('bash reads it', () => {
    for (const make of Object.values(everyCall)) {
      for (const { script } of scriptsOf(make())) execFileSync('bash', ['-n'], { input: script })
    }
  })

  // the golden scripts have every kind; these have next to none
  test.each([
    ['nothing', net.host()],
    ['a namespace alone', net.host().ns('a')],
  ])('shellcheck finds nothing in a script that makes %s', (_, plan) => {
    const args = ['--shell=bash', '--norc', '-']
    const check = spawnSync('shellcheck', args, { input: plan.toBash(), encoding: 'utf8' })
    expect(check.error).toBeUndefined()
    expect([check.status, check.stdout, check.stderr]).toEqual([0, '', ''])
  })

  test('help says its words without needing any right; an unknown word ends with 2', () => {
    const script = net.host('node03', NODE03).ns('demo01').toBash()
    const run = (...words: string[]) =>
      spawnSync('bash', ['-s', '--', ...words], { input: script, encoding: 'utf8' })
    const help = run('help')
    expect([help.status, help.stderr]).toEqual([0, ''])
    for (const word of ['up', 'down', 'status', 'help', 'node03-demo01'])
      expect(help.stdout).toContain(word)
    for (const words of [[], ['reboot'], ['-x'], ['up_step'], ['plan']]) {
      const wrong = run(...words)
      expect([wrong.status, wrong.stdout], words.join()).toEqual([2, ''])
      expect(wrong.stderr).toContain('usage:')
    }
  })
})
