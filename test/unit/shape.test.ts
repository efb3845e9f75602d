import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { shape } from '../../src/shape.js'

beforeEach(() => {
  z.config({ localeError: undefined })
})

const words = (schema: z.ZodMiniType) => schema.safeParse(1).error?.issues[0]?.message

describe('a shape', () => {
  test('is made when it is first asked for, and once', () => {
    let made = 0
    const text = shape(() => {
      made += 1
      return z.string()
    })
    expect(made).toBe(0)
    expect(text()).toBe(text())
    expect(made).toBe(1)
  })

  test('says in English what it refuses', () => {
    const text = shape(() => z.string())
    expect(z.config().localeError).toBeUndefined()
    expect(words(text())).toBe('Invalid input: expected string, received number')
  })

  test('leaves the language that the program has set', () => {
    z.config({ localeError: () => 'das geht nicht' })
    const text = shape(() => z.string())
    expect(words(text())).toBe('das geht nicht')
  })
})
