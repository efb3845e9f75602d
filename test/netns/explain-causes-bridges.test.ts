import { bridgeCases, bridged } from './explain/bridged.js'
import { suite } from './explain/suite.js'

suite('what stops a packet at bridges', bridged, bridgeCases)
