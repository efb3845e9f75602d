// A Node.js program that uses the package, in a machine of its own. A line of JSON asks, a line of JSON answers.
import { createInterface } from 'node:readline'
import { explain, net } from 'netloom'

/** What of an error crosses to the test. */
function plain(error) {
  const { name, code, message, hint, findings, failure, stack } = error
  return { name, code, message, hint, findings, failure, stack }
}

const labs = []
const ends = []

const verbs = {
  async up(plan, options) {
    labs.push(await net.parse(plan).up(options))
  },
  async down(plan, options) {
    await net.parse(plan).down(options)
  },
  status: (plan, options) => net.parse(plan).status(options),
  async preview(plan, options) {
    const preview = await net.parse(plan).preview(options)
    const { added, removed, changed, kept, drifted, effects, steps } = preview
    return { added, removed, changed, kept, drifted, effects, steps, text: String(preview) }
  },
  /** A function of `net` itself: `list`, `down`, `downAll`, `gc`. */
  net: (_plan, options, { name, args }) => net[name](...args, options),
  /** The answer for the machine that this process is on, with its text. */
  async here(_plan, _options, { from, to, options }) {
    const answer = await explain.here(from, to, options)
    return { ...answer.toJSON(), text: String(answer) }
  },
  /** Its number where it runs. */
  pid: () => process.pid,
  /** The newest lab's shell: in a namespace, or on a host where the place says so. */
  async shell(_plan, _options, { ns, host, script }) {
    const lab = labs.at(-1)
    const { $ } = ns === undefined ? lab.host(host) : lab.ns(ns)
    const { stdout, exitCode } = await $({ nothrow: true })`bash -c ${script}`
    return { stdout, exitCode }
  },
  /** Starts a process in a namespace of the newest lab, and waits until it listens. */
  async spawn(_plan, _options, { ns, command, args, port }) {
    const started = labs.at(-1).ns(ns).spawn(command, args)
    started.ended.then((end) => ends.push(end))
    await started.waitForPort(port)
  },
  /** How the processes ended that have. */
  ends: () => ends,
  async runningStatus() {
    return labs.at(-1).status()
  },
  async runningDown() {
    await labs.pop().down()
  },
}

async function answer({ verb, plan, options = {}, PATH, abortAt, place }) {
  const progress = []
  const stop = new AbortController()
  if (abortAt === 0) stop.abort(new Error('nobody waits for it'))
  const path = process.env.PATH
  if (PATH !== undefined) process.env.PATH = PATH
  try {
    const value = await verbs[verb](
      plan,
      {
        ...options,
        signal: stop.signal,
        onProgress: ({ type, command }) => {
          progress.push(`${type} ${command}`)
          if (abortAt === progress.length) stop.abort(new Error('the test has seen enough'))
        },
      },
      place,
    )
    return { value, progress }
  } catch (error) {
    return { error: plain(error), progress }
  } finally {
    process.env.PATH = path
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
}
process.exit(0)
