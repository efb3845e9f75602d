import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A code block of a page, with the line at which it begins. */
interface Block {
  readonly language: string
  readonly line: number
  readonly text: string
}

export const root = join(import.meta.dirname, '../..')

export const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)]
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, blocks: blocksOf(readFileSync(join(root, file), 'utf8')) }))

function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  for (const [i, text] of page.split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(text)
    if (fence === null) open?.lines.push(text)
    else if (open === undefined) open = { language: fence[1] ?? '', line: i + 1, lines: [] }
    else {
      blocks.push({ language: open.language, line: open.line, text: `${open.lines.join('\n')}\n` })
      open = undefined
    }
  }
  return blocks
}
