import { writeFileSync } from 'node:fs'
import type {
  Reporter,
  SerializedError,
  TestModule,
  TestRunEndReason,
  TestSuite,
} from 'vitest/node'

/** One test, or a file or hook that broke before its tests could run. */
interface Entry {
  readonly project: string
  readonly name: string
}

/** What a run came to, as `.ci/verify.mjs` reads it. */
export interface Report {
  readonly reason: TestRunEndReason
  /** Passed tests of each project. */
  readonly passed: Record<string, number>
  readonly failed: readonly (Entry & { readonly message: string })[]
  /** With the reason that the test gave; none where it was skipped without a word. */
  readonly skipped: readonly (Entry & { readonly reason: string | null })[]
}

const first = (errors: readonly { readonly message: string }[]) =>
  errors[0]?.message.split('\n', 1)[0] ?? ''

function reportOf(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
  reason: TestRunEndReason,
): Report {
  const passed: Record<string, number> = {}
  const failed: Report['failed'][number][] = []
  const skipped: Report['skipped'][number][] = []
  for (const module of modules) {
    const project = module.project.name
    const file = module.relativeModuleId
    const broken = (what: TestModule | TestSuite, name: string) => {
      const errors = what.errors()
      if (errors.length > 0) failed.push({ project, name, message: first(errors) })
    }
    broken(module, file)
    for (const suite of module.children.allSuites()) broken(suite, `${file} > ${suite.fullName}`)
    for (const test of module.children.allTests()) {
      const name = `${file} > ${test.fullName}`
      const result = test.result()
      if (result.state === 'passed') passed[project] = (passed[project] ?? 0) + 1
      else if (result.state === 'skipped') {
        skipped.push({ project, name, reason: result.note ?? null })
      } else {
        const message = result.state === 'failed' ? first(result.errors) : 'it never ended'
        failed.push({ project, name, message })
      }
    }
  }
  for (const error of unhandled) {
    failed.push({ project: '', name: 'error outside of any test', message: first([error]) })
  }
  return { reason, passed, failed, skipped }
}

/** Writes the outcome of a run as JSON into the file that `NETLOOM_REPORT` names. */
export default class JsonReport implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const file = process.env['NETLOOM_REPORT']
    if (file === undefined) throw new Error('NETLOOM_REPORT names no file to report into')
    writeFileSync(file, JSON.stringify(reportOf(modules, unhandled, reason), null, 2))
  }
}
