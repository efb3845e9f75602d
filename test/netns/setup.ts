import { builtPackage } from './package.js'

/** Tests here start processes that use the package as it is built. */
export default function setup(): void {
  builtPackage()
}
