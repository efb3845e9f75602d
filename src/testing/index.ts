export { type LabHooks, type LabOptions, useLab, withLab } from './lab.js'
export {
  differences,
  type LeakWatch,
  type MachineState,
  machineState,
  watchLeaks,
} from './leaks.js'
export { type Reach, type ReachOptions, reach, reachMatchers } from './reach.js'
