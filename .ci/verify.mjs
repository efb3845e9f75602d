// Every check, one after the other. Closes with "N passed, N failed", counted from what the checks report.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { machine, processesWith, temporary } from './trace.mjs'

process.chdir(join(import.meta.dirname, '..'))

/** Projects that must have run: one that is gone, or empty, is no success. */
const PROJECTS = [
  'agreement',
  'docs',
  'faults',
  'golden',
  'netns',
  'package',
  'property',
  'runners',
  'types',
  'unit',
]

const shellScripts = (...folders) =>
  folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(folder, name)),
  )

const CHECKS = [
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['shell', 'shellcheck', ['.ci/prepare', '.ci/run', ...shellScripts('bench', 'bench/peers')]],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['dead code', 'npm', ['run', '--silent', 'dead']],
  ['package', 'npm', ['run', '--silent', 'package']],
]

const scratch = mkdtempSync(join(tmpdir(), 'netloom-verify-'))
const temp = mkdtempSync(join(tmpdir(), 'netloom-verify-'))
chmodSync(temp, 0o1777) // as /tmp: tests without root write there as well
const mark = `NETLOOM_VERIFY=${randomUUID()}`
const report = join(scratch, 'report.json')
const [markName, markValue] = mark.split('=')
const env = { ...process.env, [markName]: markValue, TMPDIR: temp, NETLOOM_REPORT: report }

let passed = 0
let failed = 0
let skipped = 0

function say(ok, name, seconds, output = '') {
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`)
  if (!ok && output !== '') console.log(output.replace(/^/gm, '        '))
  if (ok) passed += 1
  else failed += 1
}

function check([name, command, args]) {
  const start = performance.now()
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`.trim()
  say(status === 0, name, (performance.now() - start) / 1000, output)
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch (error) {
    return { unreadable: String(error) }
  }
}

/** What the run of the tests came to, in faults beside those of the tests themselves. */
function faultsOf(status, { passed: counts, failed: failures, reason, unreadable }) {
  if (unreadable !== undefined) return [`the tests gave no report: ${unreadable}`]
  const faults = PROJECTS.filter((name) => !counts[name]).map((name) => `no test of ${name} passed`)
  if (reason === 'interrupted') faults.push('the run of the tests was interrupted')
  if (status !== 0 && failures.length === 0) faults.push(`vitest ended with code ${status}`)
  return faults
}

function tests() {
  const start = performance.now()
  const reporters = ['--reporter=default', '--reporter=./test/reporter.ts']
  const { status } = spawnSync('npx', ['vitest', 'run', ...reporters, ...process.argv.slice(2)], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const seconds = (performance.now() - start) / 1000
  const outcome = readReport()
  const expected = JSON.parse(readFileSync('test/expected-skips.json', 'utf8'))
  const faults = faultsOf(status, outcome)
  for (const { project, name, message } of outcome.failed ?? []) {
    failed += 1
    console.log(`FAILED  ${project} ${name}: ${message}`)
  }
  for (const { project, name, reason } of outcome.skipped ?? []) {
    skipped += 1
    if (expected.includes(reason)) console.log(`skip    ${project} ${name}: ${reason}`)
    else
      faults.push(`skipped, for a reason that is not expected: ${name}: ${reason ?? 'none given'}`)
  }
  for (const [project, count] of Object.entries(outcome.passed ?? {}).toSorted()) {
    console.log(`        ${String(count).padStart(5)} passed in ${project}`)
    passed += count
  }
  for (const fault of faults) {
    failed += 1
    console.log(`FAILED  tests: ${fault}`)
  }
  console.log(`        the tests took ${seconds.toFixed(1)} s`)
}

/** A process that was just told to end may take a moment; one that stays is left behind. */
async function leftProcesses() {
  for (let i = 0; i < 20; i += 1) {
    if (processesWith(mark).length === 0) return []
    await wait(100)
  }
  return processesWith(mark)
}

async function nothingLeft(before) {
  const start = performance.now()
  const after = machine()
  const changes = [
    ...(await leftProcesses()),
    ...temporary(temp),
    ...after.filter((line) => !before.includes(line)).map((line) => `new: ${line}`),
    ...before.filter((line) => !after.includes(line)).map((line) => `gone: ${line}`),
  ]
  say(changes.length === 0, 'nothing left', (performance.now() - start) / 1000, changes.join('\n'))
}

const before = machine()
try {
  for (const each of CHECKS) check(each)
  tests()
  await nothingLeft(before)
} finally {
  for (const folder of [scratch, temp]) rmSync(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
process.exitCode = failed === 0 ? 0 : 1
