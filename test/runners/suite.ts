import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../docs/blocks.js'
import type { Machine, Result } from '../netns/machine.js'

/** How each runner is told to run one file, and what that file is called. */
export const runners = {
  vitest: { file: 'lab.test.js', words: ['vitest/vitest.mjs', 'run', '--root', '.'] },
  node: { file: 'lab.test.js', words: ['--test', 'lab.test.js'] },
  jest: {
    file: 'lab.test.cjs',
    words: [
      'jest/bin/jest.js',
      '--rootDir',
      '.',
      '--cacheDirectory',
      './jest-cache',
      '--testMatch',
      '**/lab.test.cjs',
    ],
  },
  mocha: { file: 'lab.test.js', words: ['mocha/bin/mocha.js', 'lab.test.js'] },
} as const
export type Runner = keyof typeof runners

/** A folder with a suite, for which netloom and a runner are installed. */
export class Suite implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'netloom-suite-'))
  readonly #runner: Runner

  constructor(runner: Runner, text: string, file: string = runners[runner].file) {
    this.#runner = runner
    chmodSync(this.folder, 0o755)
    const modules = join(this.folder, 'node_modules')
    mkdirSync(modules)
    symlinkSync(root, join(modules, 'netloom'))
    for (const name of ['vitest', 'jest', 'mocha']) {
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    }
    mkdirSync(join(this.folder, 'tmp'))
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(this.folder, file), text)
  }

  /**
   * Runs it on a machine, as a program that no other runner has started. What a runner that is killed leaves of its own
   * goes with the folder.
   */
  run(machine: Machine, more = ''): Promise<Result> {
    const { words } = runners[this.#runner]
    const [first, ...rest] = words
    const program = first.startsWith('--') ? first : `node_modules/${first}`
    const clean =
      '-u NODE_OPTIONS -u NODE_TEST_CONTEXT -u VITEST -u VITEST_WORKER_ID -u VITEST_POOL_ID -u NODE_ENV -u TEST'
    return machine.run(
      `cd ${this.folder} && env ${clean} CI=true NO_COLOR=1 TMPDIR=${this.folder}/tmp ${process.execPath} ${[program, ...rest].join(' ')} ${more} 2>&1`,
    )
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
