import { expect } from 'vitest'
import type { CauseCode, Explanation, Mend } from '../../../src/explain/types.js'
import { commandLine } from '../../../src/step/quote.js'
import type { Asked, Lab } from './lab.js'

/** A fault, made by commands on a real kernel, and what explain is to say of it. */
export interface Case extends Asked {
  readonly code: CauseCode
  readonly back?: true
  /** Where it is lost. */
  readonly at: string
  /** What is there beside the lab from the start, in bash; also rules and routes that look alike and do no harm. */
  readonly before?: string
  readonly fault: string
  /** Is asked behind the fault instead. */
  readonly instead?: Partial<Asked>
  /** Stands in what the cause names, or in its message. */
  readonly says?: string
  /** What is answered without the fault, where that is not REACHABLE. */
  readonly base?: 'UNDETERMINED'
  /** What is answered with it, where that is not UNREACHABLE; a probe may arrive by luck then. */
  readonly result?: 'UNDETERMINED'
  /** How each mend ends: `arrives`, the next cause, or `words` for one that has no commands. */
  readonly mends: readonly ('arrives' | 'words' | CauseCode)[]
  readonly probe?: 'luck'
}

export const titleOf = ({ code, back, family, protocol, at, fault }: Case) =>
  `${code} ${back ? 'back' : 'there'}, ${protocol ?? 'icmp'}${family === 6 ? ' over IPv6' : ''}, at ${at}: ${fault.trim().split('\n')[0]}`

const endOf = ({ verified, next, commands }: Mend) =>
  commands === undefined ? 'words' : verified ? 'arrives' : (next ?? 'nothing')

const known = new WeakMap<Lab, Map<string, Explanation>>()

/** What is answered without the fault; asked once of a lab that is the same. */
async function baseOf(lab: Lab, asked: Asked, before: string): Promise<Explanation> {
  const own = known.get(lab) ?? new Map<string, Explanation>()
  known.set(lab, own)
  const key = JSON.stringify([asked, before])
  const found = own.get(key) ?? (await lab.explain(asked))
  own.set(key, found)
  return found
}

const askedOf = ({ from, to, protocol, port, family, mark, size, ttl }: Case): Asked => ({
  from,
  to,
  ...(protocol && { protocol }),
  ...(port === undefined ? {} : { port }),
  ...(family && { family }),
  ...(mark === undefined ? {} : { mark }),
  ...(size === undefined ? {} : { size }),
  ...(ttl === undefined ? {} : { ttl }),
})

/** Works before, is explained once it is broken, and works again with each mend. */
export async function check(lab: Lab, one: Case): Promise<void> {
  const { before = '', fault, base: reachability = 'REACHABLE' } = one
  const asked = askedOf(one)
  await lab.reset(before)
  const base = await baseOf(lab, asked, before)
  expect(base.reachability, String(base)).toBe(reachability)
  expect(await lab.probe(asked, base, 'answered'), `before:\n${base}`).toBe('answered')
  await lab.run(`${fault}\nflush`)
  const then = { ...asked, ...one.instead }
  const answer = await lab.explain(then)
  const text = String(answer)
  const { cause } = answer
  const seen = [answer.reachability, cause?.code, cause?.direction, cause?.node]
  const direction = one.back ? 'return' : 'forward'
  const wanted = [one.result ?? 'UNREACHABLE', one.code, direction, one.at]
  const probe = await lab.probe(then, answer, 'lost')
  expect([...seen, probe], text).toEqual([...wanted, one.probe === 'luck' ? probe : 'lost'])
  if (one.says !== undefined)
    expect(`${cause?.object.ref} ${cause?.message}`, text).toContain(one.says)
  expect(cause?.mends.map(endOf), text).toEqual(one.mends)
  for (const mend of cause?.mends ?? []) {
    if (mend.commands === undefined) continue
    await lab.reset(
      before,
      fault,
      ...mend.commands.map((words) => `${commandLine(words)} >/dev/null`),
    )
    const mended = `${mend.description}:\n${mend.commands.map(commandLine).join('\n')}\n${text}`
    if (mend.verified) {
      expect(await lab.probe(then, answer, 'answered'), mended).toBe('answered')
    } else {
      const next = await lab.explain(then)
      expect(next.cause?.code, `${mended}\n${next}`).toBe(mend.next)
    }
  }
}
