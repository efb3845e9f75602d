/** A word of a rule; what stood in quotes is never an option. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
}

const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g

export function wordsOf(line: string): readonly Word[] {
  return [...line.matchAll(WORD)].map(([text, inside]) =>
    inside === undefined
      ? { text, quoted: false }
      : { text: inside.replace(/\\(.)/g, '$1'), quoted: true },
  )
}

/** One option with what stands behind it. */
export interface Option {
  readonly not: boolean
  readonly name: string
  readonly values: readonly string[]
}

/** A match with its options, or a target. */
export interface Section {
  /** `match tcp`, `target DNAT`, `goto user`, or the option itself: `-s`. */
  readonly kind: 'plain' | 'match' | 'jump' | 'goto'
  readonly name: string
  readonly options: readonly Option[]
  /** As it stands in the rule. */
  readonly text: string
}

const KINDS: Readonly<Record<string, Section['kind']>> = {
  '-m': 'match',
  '-j': 'jump',
  '-g': 'goto',
}

const isOption = ({ text, quoted }: Word) => !quoted && text.startsWith('-') && !/^-?\d/.test(text)
const isNot = ({ text, quoted }: Word) => !quoted && text === '!'

const shown = ({ text, quoted }: Word) => (quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text)

/** Cuts a rule where a match or a target begins; `-p tcp` and its like stand alone. */
export function sectionsOf(words: readonly Word[]): readonly Section[] {
  const found: { kind: Section['kind']; name: string; options: Option[]; words: Word[] }[] = []
  let not: Word | undefined
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word
    if (isNot(word)) {
      not = word
      continue
    }
    const values: Word[] = []
    for (let next = words[i + 1]; next !== undefined && !isOption(next) && !isNot(next); ) {
      values.push(next)
      next = words[++i + 1]
    }
    const all = [...(not === undefined ? [] : [not]), word, ...values]
    const option = { not: not !== undefined, name: word.text, values: values.map((v) => v.text) }
    not = undefined
    const kind = KINDS[word.text]
    const section = found.at(-1)
    if (kind !== undefined) {
      found.push({ kind, name: option.values[0] ?? '', options: [], words: all })
    } else if (word.text.startsWith('--') && section !== undefined) {
      section.options.push(option)
      section.words.push(...all)
    } else {
      found.push({ kind: 'plain', name: word.text, options: [option], words: all })
    }
  }
  return found.map(({ words: own, ...rest }) => ({ ...rest, text: own.map(shown).join(' ') }))
}
