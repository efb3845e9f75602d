import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, inject, test } from 'vitest'

const consumer = inject('consumer')

const CODE = `
import { net, NetloomError, type Plan, type Running } from 'netloom'

const plan = net.host('node03').ns('demo01').ip('10.0.1.2/24').veth().routeBothWays().allowForward()

export const anything: Plan = plan

export async function run(signal: AbortSignal | undefined): Promise<string> {
  await using lab = await plan.up({ sandbox: true, signal })
  const known: Running<'node03' | 'node03/demo01'> = lab
  return (await known.ns('demo01').$\`ip addr\`).stdout
}

export const isOurs = (error: unknown): boolean => error instanceof NetloomError
`

/** What TypeScript says of a user's modules, with the declarations of the package checked as well. */
function faultsOf(names: readonly string[], lib: readonly string[]): string[] {
  const files = names.map((name) => join(consumer, name))
  for (const file of files) writeFileSync(file, CODE)
  const program = ts.createProgram(files, {
    lib: lib.map((each) => `lib.${each}.d.ts`),
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: [],
  })
  return ts.getPreEmitDiagnostics(program).map((fault) => {
    const text = ts.flattenDiagnosticMessageText(fault.messageText, '\n')
    return `${fault.file?.fileName}: ${text}`
  })
}

describe('the declarations in the package, without skipLibCheck', () => {
  test('compile for ESM and CommonJS, without the types of Node.js', () => {
    expect(faultsOf(['user.mts', 'user.cts'], ['es2022', 'dom'])).toEqual([])
  })
})
