import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { defineConfig, type Options } from 'tsup'

/** What is part of the bundle: to load each from its package costs more than all the rest of the import. */
const BUNDLED = ['immer', 'ip-num', 'zod']

const loader = { '.bash': 'text' } as const

const common: Options = {
  target: 'node20',
  sourcemap: true,
  clean: false, // three configurations share dist: the build script removes it
  loader,
  noExternal: BUNDLED,
  // Names stay: an error's stack is read by people.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true
    options.minifySyntax = true
  },
}

const dts = {
  // tsup 8 sets baseUrl, which TypeScript 6 refuses without this.
  compilerOptions: { ignoreDeprecations: '6.0' },
  // The one in the source ends up in the middle of the bundle, where it counts for nothing.
  banner: '/// <reference lib="esnext.disposable" />',
}

/** The JSON Schema that the package ships comes from the zod schema that the code runs with. */
async function writeJsonSchema(): Promise<void> {
  const outfile = 'node_modules/.cache/netloom/schema.mjs'
  await build({
    entryPoints: ['src/plan/schema.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader,
  })
  const module: typeof import('./src/plan/schema.js') = await import(pathToFileURL(outfile).href)
  const text = JSON.stringify(module.planJsonSchema(), null, 2)
  await writeFile('dist/plan.schema.json', `${text}\n`)
}

/** Their licences ask to go along with them. */
async function writeLicences(): Promise<void> {
  const texts = BUNDLED.map(async (name) => {
    const text = await readFile(`node_modules/${name}/LICENSE`, 'utf8')
    return `${name}\n\n${text.trim()}\n`
  })
  await writeFile('dist/LICENSES.txt', (await Promise.all(texts)).join('\n---\n\n'))
}

export default defineConfig([
  { ...common, entry: ['src/index.ts'], format: ['esm'], platform: 'node', dts },
  { ...common, entry: ['src/index.ts'], format: ['cjs'], platform: 'node', dts },
  {
    ...common,
    entry: { browser: 'src/index.browser.ts' },
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    dts: false,
    onSuccess: async () => {
      await writeJsonSchema()
      await writeLicences()
    },
  },
])
