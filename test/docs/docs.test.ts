import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.js'
import { causeCodes } from '../../src/explain/types.js'
import { pages, root } from './blocks.js'

const scripts: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
).scripts

/** A machine of its own: what a page does to "this machine" is done to that one. */
const MACHINE = `
mount -t proc proc /proc && mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/lock
ip link set dev lo up
exec "$@"`

function onMachine(cwd: string, ...words: string[]) {
  const unshare = ['-n', '-m', '-p', '-f', '--kill-child', '--propagation', 'private']
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...unshare, 'bash', '-euc', MACHINE, 'machine', ...words],
    { cwd, encoding: 'utf8', timeout: 50_000 },
  )
  return { status, output: `${stdout}${stderr}` }
}

describe.each(pages)('$file', ({ file, blocks }) => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'netloom-docs-'))
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules/netloom'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('its code blocks are of a language that is tested, or without one', () => {
    // what is for a test runner is run by it: test/runners
    const others = blocks.filter(
      ({ language, runner }) => !['', 'ts', 'sh'].includes(language) && runner === '',
    )
    expect(others).toEqual([])
  })

  const code = blocks.filter(({ language }) => language === 'ts')
  if (code.length > 0) {
    test('its TypeScript compiles', () => {
      const names = code.map(({ line, text }) => {
        const name = join(root, `${file.replaceAll('/', '-')}-${line}.ts`)
        return [name, text] as const
      })
      const texts = new Map(names)
      const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
      const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
      const host = ts.createCompilerHost(options)
      const { readFile, fileExists, getSourceFile } = host
      host.fileExists = (name) => texts.has(name) || fileExists(name)
      host.readFile = (name) => texts.get(name) ?? readFile(name)
      host.getSourceFile = (name, version, ...rest) => {
        const text = texts.get(name)
        if (text === undefined) return getSourceFile(name, version, ...rest)
        return ts.createSourceFile(name, text, version)
      }
      const paths = { netloom: [join(root, 'src/index.ts')] }
      const program = ts.createProgram(
        [...texts.keys(), join(root, 'src/bash.d.ts')],
        { ...options, paths },
        host,
      )
      const faults = ts.getPreEmitDiagnostics(program).map((fault) => {
        const text = ts.flattenDiagnosticMessageText(fault.messageText, '\n')
        return `${fault.file?.fileName ?? ''}: ${text}`
      })
      expect(faults).toEqual([])
    })
  }

  const printed: string[] = []
  for (const { language, line, text } of blocks) {
    if (language === 'ts') {
      test(`the TypeScript at line ${line} runs`, () => {
        const module = join(folder, `block-${line}.ts`)
        writeFileSync(module, text)
        const jiti = join(root, 'node_modules/jiti/lib/jiti-cli.mjs')
        const { status, output } = onMachine(folder, process.execPath, jiti, module)
        expect(output).not.toContain('Error')
        expect(status).toBe(0)
        printed.push(...output.split('\n'))
      })
    }
    if (language === 'sh' && text.startsWith('npm ')) {
      test(`the commands at line ${line} are scripts of the package`, () => {
        const names = text
          .trim()
          .split('\n')
          .map((command) => /^npm (?:run )?([\w:]+)/.exec(command)?.[1])
        expect(names.filter((name) => name === undefined || scripts[name] === undefined)).toEqual(
          [],
        )
      })
    } else if (language === 'sh') {
      test(`the commands at line ${line} run`, () => {
        const { status, output } = onMachine(folder, 'bash', '-euc', text)
        expect([status, output]).toEqual([0, expect.any(String)])
      })
    }
  }

  const answers = answersIn(readFileSync(join(root, file), 'utf8'))
  if (answers.length > 0) {
    test('what it shows as printed is what its code prints', () => {
      expect(answers.filter((line) => !printed.includes(line))).toEqual([])
    })
  }
})

/** Lines of answers of explain(), of unreachable() and of drawings, which stand in the text as they are printed; "..." is for what is left away. */
function answersIn(page: string): readonly string[] {
  const blocks = [
    ...page.matchAll(/^ {4}(?:(?:icmp|tcp|udp) from .*|\S+ -> .*|flowchart LR)\n(?: {4}.*\n)*/gm),
  ]
  const lines = blocks.flatMap(([block]) => block.trimEnd().split('\n'))
  return lines.map((line) => line.slice(4)).filter((line) => line.trim() !== '...')
}

test('docs/errors.md has an entry for each code, and no other', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const entries = [...page.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)
  expect(entries.toSorted()).toEqual(Object.keys(errorCodes).toSorted())
})

test('docs/explain.md has an entry for each cause, in the order of their names', () => {
  const page = readFileSync(join(root, 'docs/explain.md'), 'utf8')
  const entries = [...page.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)
  expect(entries).toEqual(Object.keys(causeCodes).toSorted())
})
