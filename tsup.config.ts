import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { defineConfig, type Options } from 'tsup'

/** What is part of the bundle: to load each from its package costs more than all the rest of the import. */
const BUNDLED = ['immer', 'ip-num', 'zod']

/**
 * ip-num works out seventeen ranges when it is loaded, which nothing here asks for, and which take a third of the whole
 * import. In the bundle each waits until it is asked for.
 */
const patientRanges: Plugin = {
  name: 'patient ranges',
  setup({ onLoad }) {
    onLoad({ filter: /ip-num\/dist\/src\/IPNumber\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const range = /^(IPv[46])\.([A-Z_]+) = ([^;]*\.fromCidr\([^;]*);$/gm
      const contents = source.replace(range, 'Object.defineProperty($1, "$2", { get: () => $3 });')
      if (/^ *IPRange_\d\.\w+\.fromCidr\(.*\);$/m.test(contents) || contents === source) {
        throw new Error('ip-num makes its ranges in another way now')
      }
      return { contents }
    })
  },
}

/** Bundles of their own share no code with that of the package; of an error there is one class all the same, from there. */
const errorsOf = (path: string): Plugin => ({
  name: 'one class of errors',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/errors\.js$/ }, ({ importer }) =>
      importer.includes('node_modules') ? null : { path, external: true },
    )
  },
})

const loader = { '.bash': 'text', '.pl': 'text' } as const

const common: Options = {
  target: 'node20',
  sourcemap: true,
  clean: false, // four configurations share dist: the build script removes it
  loader,
  noExternal: BUNDLED,
  esbuildPlugins: [patientRanges],
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

const index = { index: 'src/index.ts' }
const testing = { testing: 'src/testing/index.ts' }
const testers = {
  ...testing,
  'leak-check': 'src/testing/leak-check.ts',
  'leak-check-teardown': 'src/testing/leak-check-teardown.ts',
  vitest: 'src/testing/vitest.ts',
}

export default defineConfig([
  // alone, for what others share with it would be files of their own, which take their time to load; the types are shared
  {
    ...common,
    entry: index,
    format: ['esm'],
    platform: 'node',
    dts: { ...dts, entry: { ...index, ...testers } },
  },
  {
    ...common,
    entry: testers,
    format: ['esm'],
    platform: 'node',
    dts: false,
    esbuildPlugins: [errorsOf('./index.js')],
  },
  // with what stands for import.meta.url
  { ...common, entry: index, format: ['cjs'], platform: 'node', dts, shims: true },
  {
    ...common,
    entry: testing,
    format: ['cjs'],
    platform: 'node',
    dts,
    esbuildPlugins: [errorsOf('./index.cjs')],
  },
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
