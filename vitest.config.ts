import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** As the build does it: a .bash or .pl file is a module whose default is its text. */
const engineText = {
  name: 'engine-text',
  load(id: string) {
    if (!/\.(bash|pl)$/.test(id)) return null
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`
  },
}

const holdsTests = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) =>
    /\.test(-d)?\.ts$/.test(file),
  )

const tests = join(import.meta.dirname, 'test')

/** A folder of test/ that holds tests is a project: a new one is run without being entered anywhere. */
const projects = readdirSync(tests, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => holdsTests(join(tests, name)))

export default defineConfig({
  plugins: [engineText],
  // the examples import the package by its name; here that is the source
  resolve: { alias: { netloom: join(import.meta.dirname, 'src/index.ts') } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // the default leaves one of two processors idle, and most tests wait for commands
    maxWorkers: 2,
    projects: projects.map((name) => {
      const setup = join(tests, name, 'setup.ts')
      return {
        extends: true,
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          typecheck: { enabled: name === 'types', include: [`test/${name}/**/*.test-d.ts`] },
          ...(existsSync(setup) && { globalSetup: setup }),
        },
      }
    }),
  },
})
