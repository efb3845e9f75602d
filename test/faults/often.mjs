// Up and down many times in one process, and what the process holds before and after: often.mjs COUNT PLAN
import { readdirSync } from 'node:fs'
import { net } from 'netloom'

const [count, text] = process.argv.slice(2)
const plan = net.parse(text)

async function holds() {
  // what was closed is let go a turn later
  for (let i = 0; i < 3; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    globalThis.gc()
  }
  return {
    files: readdirSync('/proc/self/fd').length,
    listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    namespaces: readdirSync('/run/netns').length,
    heap: process.memoryUsage().heapUsed,
  }
}

let done = 0
async function rounds(times) {
  for (let i = 0; i < times; i += 1) {
    await plan.up()
    await plan.down()
    done += 1
  }
}

// what is loaded and compiled at first is no leak
await rounds(10)
const before = await holds()
done = 0
await rounds(Number(count))
console.log(JSON.stringify({ before, after: await holds(), rounds: done }))
