import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** From the ground up: a room may import itself and what stands before it. */
const FLOORS = [
  'errors',
  'shape',
  'options',
  'ip',
  'step',
  'state',
  'draw',
  'resource',
  'plan',
  'explain',
  'script',
  'run',
  'explain/live',
  'chain',
  'testing',
  'index',
]
/** Types only, from a room further up: the chain's faces name them. */
const NODE_ROOMS = ['run', 'explain/live', 'testing']

const root = join(import.meta.dirname, '../../src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => join(root, file))

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'))
  return importedFiles.map(({ fileName }) => fileName)
}

const local = (file: string) =>
  importsOf(file)
    .filter((name) => name.startsWith('.') && name.endsWith('.js'))
    .map((name) => join(dirname(file), name.replace(/\.js$/, '.ts')))

function roomOf(file: string): string {
  const [first = '', second = ''] = relative(root, file).split('/')
  // a room within a room: what explains is pure, what reads the state runs things
  if (FLOORS.includes(`${first}/${second}`)) return `${first}/${second}`
  if (first === 'public-types.ts' || first.startsWith('index')) return 'index'
  return first.replace(/\.ts$/, '')
}

describe('the house', () => {
  test('every room has its floor, and arrows point down', () => {
    const wrong = files.flatMap((file) =>
      local(file)
        .filter((target) => FLOORS.indexOf(roomOf(target)) > FLOORS.indexOf(roomOf(file)))
        .map((target) => `${relative(root, file)} -> ${relative(root, target)}`),
    )
    expect(files.map(roomOf).filter((room) => !FLOORS.includes(room))).toEqual([])
    expect(wrong).toEqual([])
  })

  test('no file imports itself by way of others', () => {
    const cycles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) {
        cycles.push(
          [...path.slice(path.indexOf(file)), file].map((f) => relative(root, f)).join(' -> '),
        )
        return
      }
      if (done.has(file)) return
      for (const target of local(file)) visit(target, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  test('only the rooms that run things touch Node.js or zx', () => {
    const wrong = files
      .filter((file) => !NODE_ROOMS.includes(roomOf(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith('node:') || name.startsWith('zx'))
          .map((name) => `${relative(root, file)} imports ${name}`),
      )
    expect(wrong).toEqual([])
  })

  test('zod comes in its small form alone: two would be in the bundle', () => {
    const others = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => /^zod(?!\/(mini|locales)$)/.test(name))
        .map((name) => `${relative(root, file)} imports ${name}`),
    )
    expect(others).toEqual([])
  })

  test('files stay small', () => {
    const long = files
      .map((file) => [relative(root, file), readFileSync(file, 'utf8').split('\n').length] as const)
      .filter(([, lines]) => lines > 350)
    expect(long).toEqual([])
  })
})
