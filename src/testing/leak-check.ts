/**
 * The global set-up of a test runner: the suite fails with the difference where the network of the machine is not as it
 * was. For vitest its default export is a `globalSetup`; Mocha requires the module; Jest takes it as `globalSetup`, and
 * `netloom/leak-check/teardown` as `globalTeardown`.
 */
import { watchLeaks } from './leaks.js'

const KEY = Symbol.for('netloom.leak-check')
type Store = { [KEY]?: () => Promise<void> }

/** Looks; what it gives compares. */
export default async function setup(): Promise<() => Promise<void>> {
  const { check } = await watchLeaks()
  // Jest calls the other end from another module
  ;(globalThis as Store)[KEY] = check
  return async () => {
    await check().catch((error) => {
      // vitest tells of it, and would pass all the same
      process.exitCode = 1
      throw error
    })
  }
}

/** Compares with what the set-up saw. */
export async function teardown(): Promise<void> {
  await (globalThis as Store)[KEY]?.()
}

export const mochaGlobalSetup = async (): Promise<void> => {
  await setup()
}
export const mochaGlobalTeardown = (): Promise<void> => teardown()
