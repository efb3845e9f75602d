import { NetloomError } from '../errors.js'
import { placeName } from '../ip/names.js'
import { listEngine } from '../script/engine.js'
import { quote } from '../step/quote.js'
import { checkAnswer, said } from './answer.js'
import { downOn } from './down.js'
import { JOURNAL_DIR, partByName } from './program.js'
import { withSession } from './session.js'
import type { DownOptions, LabInfo, RunOptions } from './types.js'

/** The labs that have a journal on this machine. */
export async function list(options: RunOptions): Promise<LabInfo[]> {
  const engine = [
    'set -euo pipefail',
    `readonly root=${quote(options.journalDir ?? JOURNAL_DIR)}`,
    listEngine,
  ].join('\n')
  const answer = await withSession({ enter: [], lab: '' }, engine, options, async (session) =>
    checkAnswer(await session.run('list_labs'), 'this machine', options),
  )
  return said(answer, '@lab ').map((line) => {
    const [name = '', state, pid, alive, seconds] = line.split(' ')
    const since = new Date(Number(seconds) * 1000)
    return {
      name,
      state: state === 'up' ? 'up' : 'half',
      owner: { pid: Number(pid), alive: alive === 'alive' },
      since,
      ageMs: Math.max(0, Date.now() - since.getTime()),
    }
  })
}

/** Takes a lab down by its journal alone. */
export async function downByName(name: string, options: DownOptions): Promise<void> {
  const lab = placeName('lab', name)
  await downOn({ enter: [], lab }, partByName(lab, options), options)
}

/** Takes labs down one by one, and goes on after a failure. */
async function downEach(names: readonly string[], options: DownOptions): Promise<string[]> {
  const done: string[] = []
  const failures: NetloomError[] = []
  for (const name of names) {
    try {
      await downByName(name, options)
      done.push(name)
    } catch (error) {
      if (!(error instanceof NetloomError) || error.code === 'ABORTED') throw error
      failures.push(error)
    }
  }
  const [only, ...others] = failures
  if (only !== undefined && others.length === 0) throw only
  if (only !== undefined) {
    throw new NetloomError('UNDO_FAILED', `${failures.length} labs could not be taken down`, {
      findings: failures.flatMap(({ message, findings }) =>
        findings.length > 0 ? findings : [{ path: 'lab', message }],
      ),
      hint: `${done.length} others were.`,
    })
  }
  return done
}

/** Takes down every lab of this machine. */
export async function downAll(options: DownOptions): Promise<string[]> {
  return downEach(
    (await list(options)).map(({ name }) => name),
    options,
  )
}

/** Takes down every lab but these. */
export async function gc(keep: readonly string[], options: DownOptions): Promise<string[]> {
  const kept = new Set(keep.map((name) => placeName('lab', name)))
  const names = (await list(options)).map(({ name }) => name)
  return downEach(
    names.filter((name) => !kept.has(name)),
    options,
  )
}
