import { filterCases, routed } from './explain/routed.js'
import { suite } from './explain/suite.js'

suite('what stops a packet in filters and sockets', routed, filterCases)
