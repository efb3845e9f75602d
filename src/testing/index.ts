export { type LabHooks, type LabOptions, useLab, withLab } from './lab.js'
export { type Reach, type ReachOptions, reach, reachMatchers } from './reach.js'
