import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorCodes, NetloomError, shown } from '../../src/errors.js'

describe('NetloomError', () => {
  test('its message has what, each finding by its path, and the way out, in that order', () => {
    const error = new NetloomError('BAD_PLAN', 'the plan has 2 fault(s)', {
      findings: [
        { path: 'hosts[0].name', message: 'is empty' },
        { path: 'resources[3].cidr', message: 'is no address' },
      ],
      hint: 'Write it anew.',
    })
    expect(error.message).toBe(
      'the plan has 2 fault(s)\n  hosts[0].name: is empty\n  resources[3].cidr: is no address\nWrite it anew.',
    )
    expect(String(error)).toBe(`NetloomError: ${error.message}`)
  })

  test('without a way out the message is what happened, and nothing else', () => {
    const error = new NetloomError('TIMEOUT', 'it took too long')
    expect(error.message).toBe('it took too long')
    expect(error).toMatchObject({ hint: '', findings: [], value: undefined, failure: undefined })
    expect('cause' in error).toBe(false)
  })

  test('it keeps its cause, its value and the failed command', () => {
    const cause = new Error('inner')
    const failure = { command: 'ip netns add a', host: 'host', exitCode: 1, stderr: 'no' }
    const error = new NetloomError('STEP_FAILED', 'a command failed', { cause, failure, value: 7 })
    expect(error.cause).toBe(cause)
    expect(error.failure).toBe(failure)
    expect(error.value).toBe(7)
  })

  test('every code has an entry in docs/errors.md, and no entry is without its code', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')
    const entries = [...text.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code)
    expect(entries.sort()).toEqual(Object.keys(errorCodes).sort())
  })
})

describe('shown', () => {
  test.each([
    ['a\nb', '"a\\nb"'],
    ["it's", '"it\'s"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [12n, 'bigint'],
    [{ a: 1 }, '{"a":1}'],
  ])('%o is one line: %s', (value, text) => {
    expect(shown(value)).toBe(text)
  })

  test('a long value is cut, so that a message stays readable', () => {
    expect(shown('x'.repeat(500))).toHaveLength(80)
    expect(shown('x'.repeat(500)).endsWith('...')).toBe(true)
  })

  test('a value that refers to itself is named by its type', () => {
    const self: Record<string, unknown> = {}
    self['self'] = self
    expect(shown(self)).toBe('object')
  })
})
