import { routed } from './explain/routed.js'
import { wayCases } from './explain/routed-ways.js'
import { suite } from './explain/suite.js'

suite('what stops a packet at routes and links', routed, wayCases)
