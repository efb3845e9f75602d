import { expect } from 'vitest'
import { type ErrorCode, NetloomError } from '../../src/errors.js'

/** The error that an action ends with; anything but a NetloomError fails the test. */
export function refusal(action: () => unknown): NetloomError {
  let result: unknown
  try {
    result = action()
  } catch (error) {
    expect(error).toBeInstanceOf(NetloomError)
    return error as NetloomError
  }
  expect.unreachable(`it was accepted and gave ${String(result)}`)
}

/** Asserts a refusal at the call: its code, the value as it was given, and a way out. */
export function expectRefusal(
  action: () => unknown,
  expected: { code: ErrorCode; value?: unknown; says?: RegExp },
): NetloomError {
  const error = refusal(action)
  expect(error.code, error.message).toBe(expected.code)
  if ('value' in expected) expect(error.value).toEqual(expected.value)
  if (expected.says !== undefined) expect(error.message).toMatch(expected.says)
  expect(error.hint, 'it says a way out').not.toBe('')
  expect(error.message.endsWith(error.hint), 'the way out is the end of the message').toBe(true)
  return error
}

/** The error that a promise is rejected with; anything but a NetloomError fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<NetloomError> {
  let result: unknown
  try {
    result = await promise
  } catch (error) {
    expect(error).toBeInstanceOf(NetloomError)
    return error as NetloomError
  }
  expect.unreachable(`it was kept and gave ${String(result)}`)
}
