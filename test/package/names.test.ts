import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, inject, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const consumer = inject('consumer')

const VALUES = ['NetloomError', 'causeCodes', 'commandLine', 'errorCodes', 'explain', 'net']

const TESTING = [
  ...['differences', 'machineState', 'reach', 'reachMatchers', 'useLab', 'watchLeaks', 'withLab'],
]

const TYPES = [
  'Action',
  'AttachOptions',
  'BridgeOptions',
  'Cause',
  'CauseCode',
  'ChangedPart',
  'Direction',
  'Disposition',
  'DnsOptions',
  'DownOptions',
  'DriftedPart',
  'ErrorCode',
  'ErrorDetail',
  'Evidence',
  'ExplainHere',
  'ExplainOptions',
  'Explanation',
  'Failure',
  'FilterOptions',
  'Finding',
  'Flow',
  'ForwardOptions',
  'Hop',
  'Host',
  'HostName',
  'HostOptions',
  'HostPlan',
  'IpText',
  'LabInfo',
  'LinkOptions',
  'LinkProperties',
  'LiveExplainOptions',
  'MasqueradeOptions',
  'Mend',
  'NamespacePlan',
  'Net',
  'NsName',
  'NsOn',
  'ObjectKind',
  'ParseResult',
  'PlaceName',
  'PlacesOf',
  'Plan',
  'PlanDiff',
  'PlanJson',
  'PlanPart',
  'PlanStart',
  'PolicyOptions',
  'PoolOptions',
  'PortOptions',
  'Preview',
  'PreviewOptions',
  'PreviewStep',
  'ProcessEnd',
  'Progress',
  'Resource',
  'Rollback',
  'RouteOptions',
  'RouteRef',
  'RuleOptions',
  'RuleRef',
  'RunOptions',
  'Running',
  'RunningHost',
  'RunningPlace',
  'RunningProcess',
  'Shell',
  'ShellOptions',
  'ShellOutput',
  'ShellPromise',
  'SideEffect',
  'SpawnOptions',
  'Stage',
  'State',
  'StaticExplainOptions',
  'Status',
  'Step',
  'StepUndo',
  'Trace',
  'TraceStep',
  'Unreachable',
  'UpOptions',
  'VethOptions',
]

/** The names that a module of types exports, as its importers see them. */
function namesOf(file: string): string[] {
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
  }
  const program = ts.createProgram([file], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  if (symbol === undefined) throw new Error(`${file} is no module`)
  return checker
    .getExportsOfModule(symbol)
    .map(({ name }) => name)
    .toSorted()
}

describe('the names that users can import', () => {
  const kinds = [
    ['ESM', ["import * as all from 'netloom'"], 'module'],
    ['CommonJS', ["const all = require('netloom')"], 'commonjs'],
  ] as const
  test.each(kinds)('values, %s', (_, [load], type) => {
    const code = `${load}; console.log(JSON.stringify(Object.keys(all).sort()))`
    const words = [`--input-type=${type}`, '-e', code]
    const out = execFileSync(process.execPath, words, { cwd: consumer, encoding: 'utf8' })
    expect(JSON.parse(out)).toEqual(VALUES)
  })

  test.each(kinds)(
    'values of netloom/testing, %s: one class of errors with netloom',
    (_, [load], type) => {
      const more = load.replace("'netloom'", "'netloom/testing'").replace('all', 'testing')
      const code = `${load}; ${more}
      const hooks = { before() {}, after() {} }
      let same
      try { testing.useLab(all.net.host(), hooks).host('host') } catch (error) { same = error instanceof all.NetloomError }
      console.log(JSON.stringify([same, ...Object.keys(testing).sort()]))`
      const words = [`--input-type=${type}`, '-e', code]
      const out = execFileSync(process.execPath, words, { cwd: consumer, encoding: 'utf8' })
      expect(JSON.parse(out)).toEqual([true, ...TESTING])
    },
  )

  test('types, in the source', () => {
    expect(namesOf(join(root, 'src/public-types.ts'))).toEqual(TYPES)
  })

  test.each(['index.d.ts', 'index.d.cts'])('values and types, in dist/%s', (file) => {
    const names = namesOf(join(consumer, 'node_modules/netloom/dist', file))
    expect(names).toEqual([...VALUES, ...TYPES].toSorted())
  })

  test.each(['testing.d.ts', 'testing.d.cts'])('of netloom/testing, in dist/%s', (file) => {
    const names = namesOf(join(consumer, 'node_modules/netloom/dist', file))
    expect(names).toEqual([
      ...['LabHooks', 'LabOptions', 'LeakWatch', 'MachineState', 'Reach', 'ReachOptions'],
      ...TESTING,
    ])
  })
})
