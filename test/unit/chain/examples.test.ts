import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { NODE03 } from '../plan/fixtures.js'

const src = join(import.meta.dirname, '../../../src/chain')

interface Example {
  readonly code: string
  readonly commands: readonly string[]
}

/** What stands behind `@example` in the docstrings of a file: the code, and the commands that it is said to make. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/@example\n((?: +\* .*\n)+)/g)].map(([, block = '']) => {
    const lines = block.split('\n').map((line) => line.replace(/^ +\* ?/, ''))
    const isCommand = (line: string) => /^\/\/ (?:ip|ip6?tables|sysctl) /.test(line)
    return {
      code: lines
        .filter((line) => !line.startsWith('//'))
        .join('\n')
        .trim(),
      commands: lines.filter(isCommand).map((line) => line.slice(3)),
    }
  })
}

const all = ['types.ts', 'namespace-calls.ts', 'net-types.ts'].flatMap(examplesOf)
const withCommands = all.filter(({ code, commands }) => code !== '' && commands.length > 0)

/** `<mac>` and `<lab>` stand for what comes of names, `...` for what the example leaves away. */
function pattern(command: string): RegExp {
  const escaped = command.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const open = escaped
    .replaceAll('<mac>', '(?:[0-9a-f]{2}:){5}[0-9a-f]{2}')
    .replaceAll('<lab>', '\\S+')
    .replaceAll(' \\.\\.\\.', ' .*')
  return new RegExp(`^${open}$`)
}

const lab = () => net.host('node03', NODE03).ns('demo01').ip('10.0.1.2/24').veth()

test('there are examples to hold', () => {
  expect(withCommands.length).toBeGreaterThan(12)
})

test.each(withCommands)('$code', ({ code, commands }) => {
  const plan = new Function('net', 'lab', `return ${code}`)(net, lab()) as Plan
  const made = plan.commands().map(({ argv }) => argv.join(' '))
  let at = 0
  for (const command of commands) {
    const found = made.findIndex((each, i) => i >= at && pattern(command).test(each))
    expect(found, `${command}\nin\n${made.join('\n')}`).toBeGreaterThanOrEqual(0)
    at = found + 1
  }
  expect(at, 'the last of them is the last of the plan').toBe(made.length)
})
