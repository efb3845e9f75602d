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

/** Plain words with one space between; a first word with "=" would set a variable. */
const PLAIN_LINE = /^[A-Za-z0-9_./:@%+,-]+(?: [A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*)*$/

/** A command as it would be typed. */
export function commandLine(argv: readonly string[]): string {
  const line = argv.join(' ')
  // nearly every one is plain, and one look at the whole takes less than one at each word
  if (PLAIN_LINE.test(line) && spacesIn(line) === argv.length - 1) return line
  return argv
    .map((word, i) => (i === 0 && word.includes('=') ? inQuotes(word) : quote(word)))
    .join(' ')
}

function spacesIn(line: string): number {
  let count = 0
  for (let at = line.indexOf(' '); at >= 0; at = line.indexOf(' ', at + 1)) count += 1
  return count
}
