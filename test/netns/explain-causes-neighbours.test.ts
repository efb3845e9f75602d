import { routed } from './explain/routed.js'
import { neighbourCases } from './explain/routed-ways.js'
import { suite } from './explain/suite.js'

suite('what stops a packet at sources, neighbours and sizes', routed, neighbourCases)
