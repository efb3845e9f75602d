import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { plans } from './plans.js'

const consumer = inject('consumer')

/** The page's own code: what a user would write. */
const PAGE = `
import { commandLine, net, NetloomError } from 'netloom'

const lab = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01').routeBothWays().allowForward()
  .ns('demo02').ip('10.0.2.2/24').veth('vethhost02', 'vethdemo02').routeBothWays().allowForward()

const attempt = (run) => run().then(
  () => 'it ran',
  (error) => ({ ours: error instanceof NetloomError, code: error.code }),
)

globalThis.page = {
  json: JSON.stringify(lab),
  again: JSON.stringify(net.parse(JSON.stringify(lab))),
  script: lab.toBash(),
  commands: lab.commands().map(({ argv }) => commandLine(argv)),
  broken: net.safeParse('{').success,
  outcomes: Promise.all([
    attempt(() => lab.up()),
    attempt(() => lab.up({ sandbox: true })),
    attempt(() => lab.down()),
    attempt(() => lab.status()),
  ]),
}
`

interface Page {
  readonly json: string
  readonly again: string
  readonly script: string
  readonly commands: readonly string[]
  readonly broken: boolean
  readonly outcomes: Promise<readonly unknown[]>
}

/** The modules that went into the bundle, and what stayed an import. */
async function bundle(contents: string) {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents, resolveDir: consumer, loader: 'js' },
    absWorkingDir: consumer,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
    platform: 'browser',
  })
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs), warnings }
}

describe('a bundle for browsers', () => {
  let built: Awaited<ReturnType<typeof bundle>>
  let page: Page
  beforeAll(async () => {
    built = await bundle(PAGE)
    // a browser's globals as far as they matter here; no process, no require, no Buffer
    const context = createContext({ URL, TextEncoder, TextDecoder, console })
    runInContext(built.code, context)
    page = context['page']
  })

  test('is made of the browser entry, without zx and without a warning', () => {
    expect(built.inputs).toContain('node_modules/netloom/dist/browser.js')
    expect(built.inputs.filter((file) => /netloom\/dist\/index|\/zx\//.test(file))).toEqual([])
    expect(built.warnings).toEqual([])
    expect(built.code).not.toMatch(/["']node:/)
  })

  test('could not be made of the entry for Node.js', async () => {
    const page = PAGE.replace("'netloom'", "'./node_modules/netloom/dist/index.js'")
    await expect(bundle(page)).rejects.toThrow(/Could not resolve "(node:)?\w+"/)
  })

  test('builds, exports and reads plans as Node.js does', () => {
    const plan = plans['two']
    expect(page.json).toBe(JSON.stringify(plan))
    expect(page.again).toBe(page.json)
    expect(page.script).toBe(plan?.toBash())
    expect(page.commands).toHaveLength(plan?.commands().length ?? 0)
    expect(page.broken).toBe(false)
  })

  test('refuses to run one', async () => {
    const refused = { ours: true, code: 'UNSUPPORTED_PLATFORM' }
    expect(await page.outcomes).toEqual([refused, refused, refused, refused])
  })
})
