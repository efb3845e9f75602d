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
  // a first word with "=" would set a variable
  const word = (text: string, i: number) =>
    i === 0 && text.includes('=') ? inQuotes(text) : quote(text)
  return argv.map(word).join(' ')
}
