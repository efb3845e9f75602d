export { explainLab } from './explain.js'
export { explainHere } from './here.js'
