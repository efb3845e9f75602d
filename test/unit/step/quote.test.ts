import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandLine, quote } from '../../../src/step/quote.js'

test('a plain word stays as it is, so that a script reads as one would type it', () => {
  for (const word of [
    'ip',
    '10.0.1.2/24',
    'fd00:1::2/64',
    'net.ipv4.ip_forward=1',
    '-w',
    'netloom:a-b',
    '::/0',
  ]) {
    expect(quote(word)).toBe(word)
  }
})

test.each([
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$(reboot)', "'$(reboot)'"],
  ['~', "'~'"],
  ['=ls', "'=ls'"],
  ['a\nb', "'a\nb'"],
])('%j becomes %s', (word, text) => {
  expect(quote(word)).toBe(text)
})

test('bash reads each word back as it was', () => {
  const words = [
    '',
    ' ',
    "'",
    '"',
    '\\',
    '$HOME',
    '`id`',
    '*',
    '?',
    '[a]',
    '{a,b}',
    '~',
    '!x',
    '#c',
    '\n',
    '\t',
    '<',
    '>',
    '&',
    ';',
    '|',
    '(',
    ')',
    '=x',
    'a=b',
    '-n',
    'é',
    '測',
    '\u0001',
  ]
  const script = `printf '%s\\0' ${commandLine(words)}`
  const out = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(out.split('\0').slice(0, -1)).toEqual(words)
})

test('a command that looks like an assignment is none', () => {
  expect(commandLine(['a=b', 'c=d'])).toBe("'a=b' c=d")
})
