import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../../src/script/engine/netlink.pl')
let folder = ''

/** Says what it was told, complains of one place, and fails at another. */
const IP = `#!/bin/sh
echo "ip $*: $(cat | tr '\\n' ';')" >>"$LOG"
echo 'what is no complaint'
case "$*" in
*odd*) echo 'a warning' >&2 ;;
*bad*) printf 'no\\nCommand failed -:2\\n' >&2 && exit 9 ;;
*dead*) kill -KILL $$ ;;
esac
`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-netlink-'))
  writeFileSync(join(folder, 'ip'), IP)
  chmodSync(join(folder, 'ip'), 0o755)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Blocks of namespaces that are not there: what it told, what it complained of, and how `ip` was called. */
function run(...blocks: string[]) {
  const log = join(folder, 'log')
  writeFileSync(log, '')
  const { status, stdout, stderr } = spawnSync('perl', [program, folder, '308', ...blocks], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env['PATH']}`, LOG: log },
  })
  return { status, told: stdout, complained: stderr, calls: readFileSync(log, 'utf8') }
}

describe('what cannot be entered is for ip', () => {
  test('a process for each block, of its family, with all its lines', () => {
    const lines = 'link set dev lo up\naddr add 10.0.1.2/24 dev b'
    expect(run(`3 ip no-a\n${lines}`, '4 ip6 no-a\nroute add')).toEqual({
      status: 0,
      told: '@ok 3\n@ok 4\n',
      complained: '\x1e\x1e\x1e',
      calls: `ip -n no-a -batch -: link set dev lo up;addr add 10.0.1.2/24 dev b;
ip -6 -n no-a -batch -: route add;
`,
    })
  })

  test('where one fails, it and what it said, without that of those before it', () => {
    const { status, complained, told } = run('7 ip odd\nx', '8 ip bad\nx\ny', '9 ip no-c\nz')
    expect(status).toBe(1)
    expect(complained).toBe('\x1e\x1ea warning\n\x1eno\nCommand failed -:2\n\x1e8 9')
    expect(told).toBe('@ok 7\n')
  })

  test('one that is killed fails with the code that a shell gives it', () => {
    expect(run('7 ip dead\nx')).toMatchObject({
      status: 1,
      told: '',
      complained: '\x1e\x1e\x1e7 137',
    })
  })

  test('a setting fails: it is never written in another place', () => {
    const path = 'net/ipv4/conf/all/forwarding'
    const { status, complained, told } = run(`7 sysctl no-a\n${path} 1\n${path} 0`)
    expect([status, told]).toEqual([1, ''])
    expect(complained).toBe(
      `\x1e\x1e${path} 1: No such file or directory\nCommand failed -:1\x1e7 1`,
    )
  })

  test('it goes no further where another lane has failed', () => {
    writeFileSync(join(folder, 'failed'), '')
    expect(run('1 ip no-a\nx')).toMatchObject({ status: 1, told: '', calls: '' })
    rmSync(join(folder, 'failed'))
  })
})
