import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const lane = readFileSync(join(import.meta.dirname, '../../../src/script/engine/lane.sh'), 'utf8')
let folder = ''

/** Says what it was told, complains of one place, and fails at another. */
const IP = `#!/bin/sh
echo "ip $*: $(cat | tr '\\n' ';')" >>"$LOG"
case "$*" in
*odd*) echo 'a warning' >&2 ;;
*bad*) printf 'no\\nCommand failed -:2\\n' >&2 && exit 9 ;;
esac
`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-lane-'))
  writeFileSync(join(folder, 'ip'), IP)
  chmodSync(join(folder, 'ip'), 0o755)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Blocks by a shell: what it printed, what it told by pipe 7, and how `ip` was called. */
function run(shell: readonly string[], ...blocks: string[]) {
  const log = join(folder, 'log')
  writeFileSync(log, '')
  const [command = '', ...words] = [...shell, '-c', `${lane}\nrun_lane "$@"`, 'lane']
  const { status, output } = spawnSync(
    command,
    [...words, folder, 'way/', '\x1f', blocks.join('\x1f')],
    {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH']}`, LOG: log },
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  const [, printed, complained] = output
  return { status, printed, complained, told: output[7], calls: readFileSync(log, 'utf8') }
}

describe.each([['sh'], ['bash', '--posix']])('a lane by %s %s', (...shell) => {
  test('a process for each block, of its family, with all its lines', () => {
    const blocks = ['3 ip a\nlink set dev lo up\naddr add 10.0.1.2/24 dev b', '4 ip6 a\nroute add']
    expect(run(shell, ...blocks)).toEqual({
      status: 0,
      printed: '\x1e\x1e',
      complained: '',
      told: '@ok 3\n@ok 4\n',
      calls: `ip -n way/a -batch -: link set dev lo up;addr add 10.0.1.2/24 dev b;
ip -6 -n way/a -batch -: route add;
`,
    })
  })

  test('where one fails, it and what it said, without that of those before it', () => {
    const { status, printed, told } = run(shell, '7 ip odd\nx', '8 ip bad\nx\ny', '9 ip c\nz')
    expect(status).toBe(1)
    expect(printed).toBe('\x1ea warning\n\x1eno\nCommand failed -:2\n\x1e8 9')
    expect(told).toBe('@ok 7\n')
  })

  test('it goes no further where another lane has failed', () => {
    writeFileSync(join(folder, 'failed'), '')
    expect(run(shell, '1 ip a\nx')).toMatchObject({ status: 1, printed: '', told: '', calls: '' })
    rmSync(join(folder, 'failed'))
  })
})
