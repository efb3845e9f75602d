/** A text that Mermaid does not take for its own words; lines are told apart by "\n". */
export const label = (text: string): string =>
  `"${text.replaceAll('"', '#quot;').replaceAll('\n', '<br/>')}"`
