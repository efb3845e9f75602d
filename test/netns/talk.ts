import type { Machine } from './machine.js'

/** Both ends speak every 50 ms, whether they hear anything or not, and write down what they hear. */
const TALK = `
const { appendFileSync } = require('node:fs')
const { connect, createServer } = require('node:net')
const [heard, port, address] = process.argv.slice(2)
const speak = (socket) => {
  socket.on('error', () => {}).on('data', (text) => appendFileSync(heard, text))
  setInterval(() => socket.write('.'), 50)
}
if (address === undefined) createServer(speak).listen(Number(port), '::')
else speak(connect({ port: Number(port), host: address }))
setTimeout(() => process.exit(), 60_000)
`

/** Who talks: a namespace asks another one at its address. */
export interface Talk {
  readonly from: string
  readonly to: string
  readonly address: string
  readonly port: number
}

/** A connection of TCP that does not pause; it is there when this comes back. */
export async function talk(machine: Machine, { from, to, address, port }: Talk) {
  const file = machine.file('talk.cjs', TALK)
  const asker = machine.file('asker', '')
  const asked = machine.file('asked', '')
  const start = (name: string, heard: string, words: string) =>
    `ip netns exec ${name} ${process.execPath} ${file} ${heard} ${words} >/dev/null 2>&1 & echo $!`
  const pids = await machine.ok(`
${start(to, asked, `${port}`)}
until ip netns exec ${to} ss -Htln 'sport = ${port}' | grep -q .; do sleep 0.05; done
${start(from, asker, `${port} ${address}`)}
for ((i = 0; i < 100; i++)); do [[ ! -s ${asker} || ! -s ${asked} ]] || break; sleep 0.05; done`)
  return {
    /** Which ends hear the other one. */
    heard: async () => {
      // what is on its way when it begins is not heard late
      const sizes = await machine.ok(`sleep 0.1; : >${asker}; : >${asked}; sleep 0.5
stat -c %s ${asker} ${asked}`)
      return sizes.split('\n').map((size) => size !== '0')
    },
    end: async () => {
      for (const pid of pids.split('\n')) {
        await machine.ok(`kill ${pid}; while [[ -e /proc/${pid} ]]; do sleep 0.01; done`)
      }
    },
  }
}
