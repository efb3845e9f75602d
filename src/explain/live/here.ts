import { readdirSync } from 'node:fs'
import { NetloomError } from '../../errors.js'
import type { Explanation, LiveExplainOptions } from '../types.js'
import { explainPlaces } from './explain.js'

/** What this machine itself is called in answers. */
const HOST = 'host'

function namespaces(): readonly string[] {
  try {
    return readdirSync('/run/netns').sort()
  } catch {
    // no namespace of this machine has ever had a name
    return []
  }
}

/** The answer for this machine and its namespaces, whoever made them. */
export async function explainHere(
  from: string,
  to: string,
  options: LiveExplainOptions | undefined,
): Promise<Explanation> {
  if (process.platform !== 'linux') {
    throw new NetloomError(
      'UNSUPPORTED_PLATFORM',
      `network namespaces are of Linux, this is ${process.platform}`,
      { value: process.platform, hint: 'A plan alone can be asked anywhere: plan.explain().' },
    )
  }
  const names = namespaces().map((name) => ({ name, node: `${HOST}/${name}` }))
  return explainPlaces([{ node: HOST, enter: [], namespaces: names }], from, to, options)
}
