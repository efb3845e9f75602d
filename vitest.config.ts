import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** As the build does it: a .bash file is a module whose default is its text. */
const bashText = {
  name: 'bash-text',
  load(id: string) {
    if (!id.endsWith('.bash')) return null
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`
  },
}

export default defineConfig({
  plugins: [bashText],
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'] },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
