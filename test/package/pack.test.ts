import { expect, inject, test } from 'vitest'

test('the package holds these files and no others', () => {
  const files = inject('packed')
    // what ESM shares, and what it loads late, bear a hash of what they hold
    .map((file) => file.replace(/-[A-Z0-9]{8}\.js/, '-HASH.js'))
    .toSorted()
  expect(files).toEqual([
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
    'dist/plan.schema.json',
    'dist/run-HASH.js',
    'dist/run-HASH.js.map',
    'package.json',
  ])
})
