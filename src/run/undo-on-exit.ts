import { spawnSync } from 'node:child_process'
import { downProgram, type HostPart, start } from './program.js'
import { onSignals, raise } from './signals.js'

/** Labs that go with this process, with the way to let one be. */
const tied = new Map<string, () => void>()

/** A process that ends can wait for nothing: the undo is one synchronous run of bash. */
function downNow(part: HostPart): void {
  const input = `${part.engine()}\n${start(30_000)}\n${downProgram(part)}\n`
  spawnSync('bash', ['--norc', '-c', 'eval "$(cat)" </dev/null'], {
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

/** Takes a lab down when the program ends: by itself, by an error, or by a signal that ends it. */
export function tieToProcess(part: HostPart): void {
  untie(part.lab)
  const onExit = () => downNow(part)
  const stop = onSignals((signal) => {
    untie(part.lab)
    downNow(part)
    raise(signal)
  })
  process.on('exit', onExit)
  tied.set(part.lab, () => {
    process.off('exit', onExit)
    stop()
  })
}

/** The lab is no concern of this process's end any more. */
export function untie(lab: string): void {
  tied.get(lab)?.()
  tied.delete(lab)
}
