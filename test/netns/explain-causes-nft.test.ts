import { nftCases } from './explain/nft.js'
import { routed } from './explain/routed.js'
import { suite } from './explain/suite.js'

suite('what stops a packet in rules of nft', routed, nftCases)
