/** What `nft list ruleset` tells of tables and base chains, and `nft -j` of version 1.0.6 does not. */
export interface PlainListing {
  /** By `family table`. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** By `family table chain`. */
  readonly devices: ReadonlyMap<string, readonly string[]>
}

const TABLE = /^table (\S+) (\S+) \{/
const FLAGS = /^\tflags (.+)$/
const CHAIN = /^\tchain (\S+) \{/
const DEVICES = /^\t\ttype \S+ hook \S+ devices? (?:= \{ )?(".*?"|[^{}]*?)(?: \})? priority /

/** Lines of a listing are told apart by how far they are set in. */
export function readPlain(text: string): PlainListing {
  const flags = new Map<string, readonly string[]>()
  const devices = new Map<string, readonly string[]>()
  let table = ''
  let chain = ''
  for (const line of text.split('\n')) {
    const [, family, name] = TABLE.exec(line) ?? []
    if (family !== undefined) {
      table = `${family} ${name}`
      flags.set(table, [])
    }
    const listed = FLAGS.exec(line)?.[1]
    if (listed !== undefined) flags.set(table, namesOf(listed))
    chain = CHAIN.exec(line)?.[1] ?? chain
    const links = DEVICES.exec(line)?.[1]
    if (links !== undefined) devices.set(`${table} ${chain}`, namesOf(links))
  }
  return { flags, devices }
}

const namesOf = (list: string): readonly string[] =>
  list.split(',').map((name) => name.trim().replaceAll('"', ''))
