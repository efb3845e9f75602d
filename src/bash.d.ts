/** Bash text, taken in as it stands. */
declare module '*.bash' {
  const text: string
  export default text
}

/** The same for what Perl reads. */
declare module '*.pl' {
  const text: string
  export default text
}
