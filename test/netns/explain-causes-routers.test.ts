import { line, lineCases } from './explain/line.js'
import { suite } from './explain/suite.js'

suite('what stops a packet at routers', line, lineCases)
