import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A code block of a page, with the line at which it begins. */
interface Block {
  readonly language: string
  /** The second word behind the fence: the test runner that the block is for. */
  readonly runner: string
  readonly line: number
  readonly text: string
}

export const root = join(import.meta.dirname, '../..')

export const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)]
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, blocks: blocksOf(readFileSync(join(root, file), 'utf8')) }))

function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: (Omit<Block, 'text'> & { lines: string[] }) | undefined
  for (const [i, text] of page.split('\n').entries()) {
    const fence = /^```(\w*) ?(\w*)$/.exec(text)
    if (fence === null) open?.lines.push(text)
    else if (open === undefined)
      open = { language: fence[1] ?? '', runner: fence[2] ?? '', line: i + 1, lines: [] }
    else {
      const { lines, ...rest } = open
      blocks.push({ ...rest, text: `${lines.join('\n')}\n` })
      open = undefined
    }
  }
  return blocks
}
