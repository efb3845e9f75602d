import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const cache = join(root, 'node_modules/.cache')
let project = ''

const CODE = `
import { commandLine, net, NetloomError } from 'netloom'
import type { HostPlan, NamespacePlan, Plan, Progress, Shell, Step } from 'netloom'

const lab = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01').routeBothWays().allowForward()
  .ns('demo02').ip('10.0.2.2/24').veth('vethhost02', 'vethdemo02').routeBothWays().allowForward()
  .host('node02', { address: '100.100.198.253/24', device: 'enp2s0', ssh: 'root@node02' })
  .routeTo('demo01', 'demo02')

const pair = <P extends string, H extends string>(host: HostPlan<P, H>) => host.ns('left').ns('right')
const addressed = (cidr: string) => <C extends NamespacePlan>(ns: C) => ns.ip(cidr).veth()
export const many = net.host().use(pair).use(addressed('10.0.3.2/24')).each(9, (host, i) => host.ns(\`n\${i}\`))
export const steps: readonly Step[] = many.commands()
export const lines: string[] = steps.map(({ argv }) => commandLine(argv))
export const again: Plan = net.parse(JSON.stringify(lab), { places: ['node03/demo01'] })

export async function run(signal: AbortSignal | undefined): Promise<string> {
  const onProgress = ({ done, total }: Progress) => \`\${done} of \${total}\`
  await using running = await lab.up({ sandbox: true, signal, onProgress: (progress) => void onProgress(progress) })
  const $: Shell = running.ns('demo01').$
  const { stdout } = await $\`ping -c1 -W1 \${'10.0.2.2'}\`
  const quiet = $({ nothrow: true, signal })\`true\`.nothrow()
  await quiet.kill('SIGTERM')
  try {
    await running.down()
  } catch (error) {
    if (error instanceof NetloomError && error.code === 'UNDO_FAILED') return error.hint
  }
  return stdout
}
`
const MISTAKE = `${CODE}
export const wrong = async () => (await lab.up()).ns('demo03')
`

/** What TypeScript says of modules of a user, by file, with the declarations of the package checked as well. */
function faultsIn(
  modules: Readonly<Record<string, string>>,
  lib: readonly string[],
  types: readonly string[],
): string[][] {
  const files = Object.keys(modules).map((name) => join(project, name))
  for (const [name, code] of Object.entries(modules)) writeFileSync(join(project, name), code)
  const program = ts.createProgram(files, {
    lib: lib.map((each) => `lib.${each}.d.ts`),
    types: [...types],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  })
  const read = program.getSourceFiles().map(({ fileName }) => fileName)
  expect(read).toContain(join(root, 'dist/index.d.ts'))
  expect(read).toContain(join(root, 'dist/index.d.cts'))
  const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n')
    return [basename(file?.fileName ?? ''), text]
  })
  return faults.sort()
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.d.cts'))) {
    execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'ignore' })
  }
  mkdirSync(cache, { recursive: true })
  project = mkdtempSync(join(cache, 'consumer-'))
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(root, join(project, 'node_modules/netloom'))
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}')
}, 60_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

test.each([
  ['ES2022 and the types of Node.js', ['es2022'], ['node']],
  ['ES2022 and DOM', ['es2022', 'dom'], []],
])(
  'for a user with %s, and no skipLibCheck, nothing is wrong but a name that the plan has not',
  (_, lib, types) => {
    const modules = {
      'right.mts': CODE,
      'right.cts': CODE,
      'wrong.mts': MISTAKE,
      'wrong.cts': MISTAKE,
    }
    const told =
      'Argument of type \'"demo03"\' is not assignable to parameter of type ' +
      '\'"demo01" | "node03/demo01" | "demo02" | "node03/demo02"\'.'
    expect(faultsIn(modules, lib, types)).toEqual([
      ['wrong.cts', told],
      ['wrong.mts', told],
    ])
  },
)
