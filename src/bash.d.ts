/** Bash text, taken in as it stands. */
declare module '*.bash' {
  const text: string
  export default text
}

/** The same for what any POSIX shell reads. */
declare module '*.sh' {
  const text: string
  export default text
}
