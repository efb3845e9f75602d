import fc from 'fast-check'
import type { Plan } from '../../src/index.js'

/** One seed for all runs, so that a failure is found again; NETLOOM_SEED tries others. */
export const seed = Number(process.env['NETLOOM_SEED'] ?? 20250301)

/** Parameters of a property: `numRuns` moderate, the seed in every failure message. */
export const runs = (numRuns: number) => ({ seed, numRuns, endOnFailure: false })

const METACHARACTERS = [...' \t\n\r\0\'"\\$`!#&*()[]{}|;<>?~=%^,:@+/.-_\u007f\u0001\u001b']

const METAWORDS = fc.constantFrom(
  '$(reboot)',
  '`reboot`',
  '$IFS$9reboot',
  "';reboot;'",
  '"; reboot #',
  'a\nreboot\n',
  '\\',
  '~root',
  '*',
  '{a,b}',
  '::',
  '--',
  '-n',
  '-batch',
  '..',
  '../../etc',
  'all',
  'default',
  'lo',
  '%eth0',
  'x y',
  '\u202e',
  '\ud800',
  '__proto__',
  'constructor',
  'toString',
)

/** Anything at all as a string: unicode, control characters, words of the shell, and plain names. */
export const anyString: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...METACHARACTERS, 'a', '0'), maxLength: 20 }),
  METAWORDS,
  fc.tuple(fc.constantFrom('a', 'demo01', 'x-1'), METAWORDS).map(([a, b]) => a + b),
)

const safe = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-']

/** Strings that are often good names, so that acceptance is tried as much as refusal. */
export const nearName: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom(...safe), minLength: 1, maxLength: 18 }),
  },
  { weight: 2, arbitrary: anyString },
  fc.constantFrom('d', 'up', 'dev', 'list', 'help', 'add', 'via', 'proto', 'name', 'type', '0'),
  fc.string({ unit: fc.constantFrom(...safe), minLength: 55, maxLength: 70 }),
)

/** Strings that are often good addresses. */
export const nearCidr: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 34 })).map(([a, p]) => `${a}/${p}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 130 })).map(([a, p]) => `${a}/${p}`),
  fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255)).map(([a, b]) => `${a}.${b}.3.4/24`),
  fc.tuple(fc.constantFrom('10.0.1.2/24', 'fd00::2/64'), anyString).map(([a, b]) => a + b),
  anyString,
)

/** What any word of a script may be made of, outside of which nothing is ever needed. */
const SAFE_WORD = /^[A-Za-z0-9._:/=-]+$/

/** A setting may have a value of several words; a script quotes it. */
const SETTING_WORD = /^net\/[A-Za-z0-9._/-]+=[A-Za-z0-9.,:_+/-]+(?: [A-Za-z0-9.,:_+/-]+)*$/

/** What a rule of a published port has beside: quoted in a script, and plain to iptables-restore. */
const RULE_WORD = /^(?:!|RELATED,ESTABLISHED|\[[0-9a-f:]+\]:[0-9]+)$/

/** The words of a plan's commands that the shell might not take as they stand. */
export const unsafeWords = (plan: Plan): string[] =>
  plan
    .commands()
    .flatMap(({ argv, undo, input = '' }) => [
      ...argv,
      ...('argv' in undo ? undo.argv : []),
      // the lines of a file hold plain words, behind the one that says whose it is
      ...input.replace(/^# /, '').split(/[ \n]/).slice(0, -1),
    ])
    .filter((word) => ![SAFE_WORD, SETTING_WORD, RULE_WORD].some((pattern) => pattern.test(word)))
