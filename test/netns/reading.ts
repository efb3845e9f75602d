// A Node.js program that makes a sandbox, runs bash text in it, reads its state, asks the kernel for routes, and prints
// all of that as JSON. The test bundles it: what it uses is not public.
import { readFileSync } from 'node:fs'
import { collect } from '../../src/explain/live/collect.js'
import type { HostToRead } from '../../src/explain/live/host.js'
import {
  askRoutes,
  type RouteAnswer,
  type RouteQuestion,
} from '../../src/explain/live/route-get.js'
import { openSandbox } from '../../src/run/sandbox.js'
import { shellIn } from '../../src/run/shell.js'
import type { NetState } from '../../src/state/state.js'

export interface ToRead {
  readonly setup: string
  readonly namespaces: readonly string[]
  readonly questions?: readonly RouteQuestion[]
  /** Runs while the state is read. */
  readonly meanwhile?: string
}

export interface WasRead {
  readonly state: NetState
  readonly answers: readonly RouteAnswer[]
  /** Where something changed meanwhile. */
  readonly moved: readonly string[]
}

const { setup, namespaces, questions = [], meanwhile }: ToRead = JSON.parse(readFileSync(0, 'utf8'))
const sandbox = await openSandbox([{ name: 'node03' }])
try {
  const enter = sandbox.enter('node03')
  const $ = shellIn({ enter, lab: 'reading' })
  await $`bash -euc ${setup}`
  const host: HostToRead = {
    node: 'node03',
    enter,
    namespaces: namespaces.map((name) => ({ name, node: `node03/${name}` })),
  }
  // which texts of filters there are is told among the gaps
  const readFilters = (texts: object) => ({
    tables: [],
    gaps: Object.keys(texts).map((name) => `${name} was read`),
  })
  const changing = meanwhile === undefined ? undefined : $`bash -euc ${meanwhile}`.nothrow()
  const { state, changed } = await collect([host], { readFilters })
  const moved = await changed(new Set(state.nodes.map(({ node }) => node)))
  await changing?.kill('SIGKILL')
  const was: WasRead = { state, moved, answers: await askRoutes([host], questions) }
  process.stdout.write(JSON.stringify(was))
} finally {
  await sandbox.close()
}
