// ours.mjs up|down COUNT: netloom, as a program of a user would call it. Says how long the call took, in milliseconds.
import { net } from 'netloom'

const [verb, count] = process.argv.slice(2)
const plan = net.host().each(Number(count), (host, i) =>
  host
    .ns(`ns${i}`)
    .ip(`10.${Math.floor(i / 250)}.${i % 250}.2/24`)
    .veth(`vh${i}`, `vn${i}`)
    .routeBothWays()
    .allowForward(),
)
const start = performance.now()
await plan[verb]()
console.log('inside', performance.now() - start)
