/** What bash takes as it stands, wherever it is a whole word. */
const PLAIN = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/

/**
 * One literal word of bash: plain where it can be, else in single quotes. This is the only place
 * that turns data into shell text.
 */
export function quote(word: string): string {
  return PLAIN.test(word) ? word : inQuotes(word)
}

const inQuotes = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** A command as it would be typed. */
export function commandLine(argv: readonly string[]): string {
  const [first, ...rest] = argv
  if (first === undefined) return ''
  // a first word with "=" would set a variable
  let line = first.includes('=') ? inQuotes(first) : quote(first)
  for (const word of rest) line += ` ${quote(word)}`
  return line
}
