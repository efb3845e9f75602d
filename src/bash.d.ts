/** Bash text, taken in as it stands. */
declare module '*.bash' {
  const text: string
  export default text
}
