// Networks of a known shape, for plans whose addresses come of a pool: net.pool('10.50.0.0/16').host().use(ring(5))
export { chain } from './chain.js'
export { grid } from './grid.js'
export { leafSpine } from './leaf-spine.js'
export { ring } from './ring.js'
export { star } from './star.js'
export { tree } from './tree.js'
