import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Two runs of the tests at once build one after the other; what is newer than its sources stays. */
const BUILD = `
if [ -e dist/index.js ] && [ -z "$(find src tsup.config.ts -newer dist/index.js -print -quit)" ]; then
  exit 0
fi
exec node_modules/.bin/tsup --silent`

/** Makes sure that dist/ is what src/ says: tests that start processes use the built package. */
export function builtPackage(): void {
  const lock = join(root, 'node_modules/.cache/netloom')
  mkdirSync(lock, { recursive: true })
  execFileSync('flock', [join(lock, 'build.lock'), 'sh', '-c', BUILD], { cwd: root })
}

const DEPENDENCIES = ['zx']

/** The package as somebody else has it installed: any user can read it, wherever this checkout is. */
export function installedCopy(): { readonly folder: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-installed-'))
  chmodSync(folder, 0o755)
  const modules = join(folder, 'node_modules')
  for (const name of DEPENDENCIES) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true })
  }
  for (const part of ['dist', 'package.json']) {
    cpSync(join(root, part), join(modules, 'netloom', part), { recursive: true })
  }
  cpSync(join(import.meta.dirname, 'agent.mjs'), join(folder, 'agent.mjs'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
