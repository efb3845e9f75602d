import { expect, inject, test } from 'vitest'

test('the package holds these files and no others', () => {
  // what ESM shares, and what it loads late, bear a hash of what they hold
  const files = inject('packed').map((file) =>
    file.replace(/-(?=[a-z]*[A-Z0-9])[\w-]{8}\.(js|d\.ts)/, '-HASH.$1'),
  )
  expect([...new Set(files)].toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'dist/LICENSES.txt',
    'dist/browser.js',
    'dist/browser.js.map',
    'dist/chunk-HASH.js',
    'dist/chunk-HASH.js.map',
    'dist/index.cjs',
    'dist/index.cjs.map',
    'dist/index.d.cts',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/index.js.map',
    'dist/leak-check-teardown.d.ts',
    'dist/leak-check-teardown.js',
    'dist/leak-check-teardown.js.map',
    'dist/leak-check.d.ts',
    'dist/leak-check.js',
    'dist/leak-check.js.map',
    'dist/live-HASH.js',
    'dist/live-HASH.js.map',
    'dist/plan.schema.json',
    'dist/reach-HASH.d.ts',
    'dist/run-HASH.js',
    'dist/run-HASH.js.map',
    'dist/testing.cjs',
    'dist/testing.cjs.map',
    'dist/testing.d.cts',
    'dist/testing.d.ts',
    'dist/testing.js',
    'dist/testing.js.map',
    'dist/types-HASH.d.ts',
    'dist/vitest.d.ts',
    'dist/vitest.js',
    'dist/vitest.js.map',
    'package.json',
  ])
})
