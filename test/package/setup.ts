import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder in which the packed netloom is installed, as a user has it. */
    consumer: string
    /** The files of the packed netloom. */
    packed: readonly string[]
  }
}

const root = join(import.meta.dirname, '../..')

const npm = (cwd: string, ...words: string[]) =>
  execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** zx, in this folder only, says that it was loaded: no other trace of that is the same on every Node.js. */
function tellOfZx(consumer: string): void {
  const build = join(consumer, 'node_modules/zx/build')
  for (const file of readdirSync(build).filter((name) => /^(core|index)\.c?js$/.test(name))) {
    const text = readFileSync(join(build, file), 'utf8')
    const told = text.replace(/^(#!.*\n)?("use strict";\n)?/, '$&globalThis.zxWasLoaded = true;\n')
    writeFileSync(join(build, file), told)
  }
}

/** Packs the built package and installs it as a user would, with what it depends on. */
export default function setup(project: TestProject): () => void {
  if (!existsSync(join(root, 'dist/index.js'))) {
    throw new Error('the package is not built: npm run build')
  }
  const consumer = mkdtempSync(join(tmpdir(), 'netloom-consumer-'))
  const packs = join(consumer, 'packs')
  mkdirSync(packs)
  const [pack] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', packs))
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }\n')
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline']
  npm(consumer, 'install', ...quiet, join(packs, pack.filename))
  tellOfZx(consumer)
  project.provide('consumer', consumer)
  project.provide(
    'packed',
    pack.files.map(({ path }: { path: string }) => path),
  )
  return () => rmSync(consumer, { recursive: true, force: true })
}
