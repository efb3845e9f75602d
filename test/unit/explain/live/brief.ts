import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FilterRule, RulePart, Table } from '../../../../src/state/firewall.js'

/** What a tool printed, as it was captured. */
export const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => wordOf(one)).join(',')
  return typeof value === 'number' && value > 65_535 ? `0x${value.toString(16)}` : String(value)
}

/** A part of a rule in a few words: `not source 10.0.0.0/8`. */
function briefPart(part: RulePart): string {
  const { not, ...rest } = part as Readonly<Record<string, unknown>>
  const words = Object.values(rest).map(wordOf)
  return `${not === true ? 'not ' : ''}${words.join(' ')}`
}

/** One rule in one line: its text, and behind an arrow what was read. */
export const brief = ({ text, parts }: FilterRule): string =>
  `${text} => ${parts.map(briefPart).join('; ')}`

/** All rules, each chain below its name. */
export const briefly = (tables: readonly Table[]): string =>
  tables
    .flatMap(({ backend, family, name, chains }) =>
      chains.flatMap((chain) => [
        `# ${backend} ${family} ${name} ${chain.name}${
          chain.base === undefined
            ? ''
            : `: ${chain.base.type} ${chain.base.hook} ${chain.base.priority} ${chain.base.policy}`
        }`,
        ...chain.rules.map(brief),
      ]),
    )
    .join('\n')
