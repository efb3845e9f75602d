/**
 * Makes something when it is first asked for. The shapes that zod checks by are such: to make them all would be a good
 * part of what an import costs, and many programs need none.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
