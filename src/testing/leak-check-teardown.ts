/** The other end of `netloom/leak-check`, for Jest's `globalTeardown`. */
export { teardown as default } from './leak-check.js'
