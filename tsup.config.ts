import { writeFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { planJsonSchema } from './src/plan/schema.js'

const common: Options = {
  target: 'node20',
  sourcemap: true,
  clean: false, // three configurations share dist: the build script removes it
  loader: { '.bash': 'text' },
}

// tsup 8 sets baseUrl, which TypeScript 6 refuses without this.
const dts = { compilerOptions: { ignoreDeprecations: '6.0' } }

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
      await writeFile('dist/plan.schema.json', `${JSON.stringify(planJsonSchema(), null, 2)}\n`)
    },
  },
])
