import { en } from 'zod/locales'
import * as z from 'zod/mini'

/**
 * Makes a shape that zod checks by when it is first asked for: to make them all would be a good part of what an import
 * costs, and many programs need none. zod/mini has no words for what it refuses; they are English here, unless the
 * program has set another language for all that uses zod in it.
 */
export function shape<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    if (made === undefined) {
      if (z.config().localeError === undefined) z.config(en())
      made = { value: make() }
    }
    return made.value
  }
}
