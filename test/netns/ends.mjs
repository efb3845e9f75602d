// A Node.js program that uses the package and ends in one way or another: ends.mjs WAY PLAN
import { net } from 'netloom'

const [way, text] = process.argv.slice(2)
const plan = net.parse(text)
const stay = () => new Promise((resolve) => setTimeout(resolve, 60_000))
const told = (...words) => process.stdout.write(`${words.join(' ')}\n`)

const ways = {
  /** Signals in the middle of up: one, then more while it is undone. */
  async during(signal) {
    const onProgress = ({ done }) => {
      if (done === 6) for (let i = 0; i < 3; i++) process.kill(process.pid, signal)
    }
    await plan.up({ onProgress }).catch(({ code }) => told(code))
  },
  /** The caller sees to signals, and up goes on. */
  async unhandled(signal) {
    process.on(signal, () => told('seen'))
    const onProgress = ({ done }) => {
      if (done === 6) process.kill(process.pid, signal)
    }
    await plan.up({ onProgress, handleSignals: false })
    told('up')
  },
  /** The caller listens too: it is told, the lab is undone, and the program lives on. */
  async heard(signal) {
    process.on(signal, () => told('seen'))
    const onProgress = ({ done }) => {
      if (done === 6) process.kill(process.pid, signal)
    }
    await plan.up({ onProgress }).catch(({ code }) => told(code))
    told('alive')
  },
  async tied(how) {
    await plan.up({ undoOnExit: true })
    told('up')
    if (how === 'error') throw new Error('as it were')
    if (how !== 'end') await stay()
  },
  async untied() {
    await plan.up()
    told('up')
    process.exit(0)
  },
}

const [name, argument] = way.split(':')
await ways[name](argument)
