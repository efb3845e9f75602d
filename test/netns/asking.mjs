// A program at one place of a network: it answers on ports over TCP and UDP at its addresses, and asks others as it is
// told. A line of JSON asks many questions at once, a line of JSON has the answers in their order.
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const { addresses, ports } = JSON.parse(process.argv[2])

const udpAt = (address) => createSocket(address.includes(':') ? 'udp6' : 'udp4')

const listening = ports.flatMap((port) => [
  new Promise((resolve) =>
    createServer((caller) => caller.on('error', () => {}).end()).listen(port, '::', resolve),
  ),
  // an answer over UDP comes from the address that was asked only where the socket has no other one
  ...addresses.map((address) => {
    const socket = udpAt(address)
    socket.on('message', (_, { address: who, port: to }) => socket.send('here', to, who, () => {}))
    return new Promise((resolve) => socket.bind(port, address, resolve))
  }),
])

/** `answers`, or what else was heard by then. */
const within = (ms, begin) =>
  new Promise((resolve) => {
    const timer = setTimeout(() => end('silent'), ms)
    const stop = begin(() => end('answers'), end)
    function end(how) {
      clearTimeout(timer)
      stop()
      resolve(how)
    }
  })

const ask = {
  tcp: ({ address, port }, ms) =>
    within(ms, (answers, otherwise) => {
      const socket = connect(port, address, answers)
      socket.on('error', ({ code }) => otherwise(code))
      return () => socket.destroy()
    }),
  udp: ({ address, port }, ms) =>
    within(ms, (answers, otherwise) => {
      const socket = udpAt(address)
      socket.on('message', answers)
      socket.on('error', ({ code }) => otherwise(code))
      socket.send('hello', port, address, (error) => error && otherwise(error.code))
      return () => socket.close()
    }),
  icmp: ({ address }, ms) =>
    new Promise((resolve) =>
      execFile('ping', ['-n', '-c1', '-W', String(ms / 1000), address], (error) =>
        resolve(error === null ? 'answers' : 'silent'),
      ),
    ),
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

await Promise.all(listening)
say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const { questions, ms } = JSON.parse(line)
  say(await Promise.all(questions.map((question) => ask[question.protocol](question, ms))))
}
process.exit(0)
