import type { Plan } from '../../src/index.js'
import type { Asked } from './back-ends.js'
import type { FRONTS } from './fronts.js'
import type { Machine } from './machine.js'

/** Sends over UDP every 100 ms, from one port, and writes down who answers: one that the kernel tracks as one flow. */
const SENDER = `
const { createSocket } = require('node:dgram')
const { appendFileSync } = require('node:fs')
const [file, family, from, address, port] = process.argv.slice(2)
const socket = createSocket('udp' + family)
socket.on('message', (text) => appendFileSync(file, text))
socket.bind(Number(from))
const send = () => socket.send('hello', Number(port), address, () => {})
send()
setInterval(send, 100)
setTimeout(() => process.exit(), 60_000)
`

/** Answers over UDP with its own name, and keeps connections of TCP open. */
const NAMED = `
const { createServer } = require('node:net')
const { createSocket } = require('node:dgram')
const { writeFileSync } = require('node:fs')
const [ready, name, tcp, udp] = process.argv.slice(2)
const server = createServer((caller) => caller.on('error', () => {}))
const socket = createSocket('udp6')
socket.on('message', (_, { address, port }) => socket.send(name + '\\n', port, address))
server.listen(Number(tcp), '::', () => socket.bind(Number(udp), '::', () => writeFileSync(ready, '')))
setTimeout(() => process.exit(), 60_000)
`

const gone = (machine: Machine, pid: string) => () =>
  machine.ok(`kill ${pid}; while [[ -e /proc/${pid} ]]; do sleep 0.01; done`)

const until = (what: string) => `for ((i = 0; i < 200; i++)); do
  if ${what}; then break; fi
  sleep 0.05
done
${what}`

/** A namespace's server under its name. */
export async function answers(machine: Machine, name: string, tcp: number, udp: number) {
  const file = machine.file('named.cjs', NAMED)
  const ready = `${machine.folder}/${name}.ready`
  const pid = await machine.ok(`rm -f ${ready}
ip netns exec ${name} ${process.execPath} ${file} ${ready} ${name} ${tcp} ${udp} >/dev/null 2>&1 &
echo $!
${until(`[[ -e ${ready} ]]`)}`)
  return gone(machine, pid)
}

/** A flow from the other host that does not pause. */
export async function flow(machine: Machine, family: 4 | 6, address: string, port: number) {
  const file = machine.file('sender.cjs', SENDER)
  const heard = machine.file(`heard${family}`, '')
  // a socket of IPv6 takes its port over IPv4 too
  const from = 40_000 + family
  const pid = await machine.ok(
    `nsenter -t "$peer" -n ${process.execPath} ${file} ${heard} ${family} ${from} ${address} ${port} >/dev/null 2>&1 &
echo $!
${until(`conntrack -L -f ipv${family} -p udp --orig-port-src ${from} 2>/dev/null | grep -q .`)}`,
  )
  return {
    end: gone(machine, pid),
    /** Who answers within half a second; nobody is empty. */
    heard: () => machine.ok(`: >${heard}; sleep 0.5; sort -u ${heard}`),
  }
}

/** A connection from the other host that stays open. */
export async function connection(machine: Machine, address: string, port: number) {
  const pid = await machine.ok(`nsenter -t "$peer" -n bash -c '
exec 3<>/dev/tcp/${address}/${port} && exec sleep 60' >/dev/null 2>&1 &
echo $!
${until(`conntrack -L -p tcp --orig-dst ${address} --orig-port-dst ${port} 2>/dev/null | grep -q ASSURED`)}`)
  return gone(machine, pid)
}

/** What is tracked: a line a flow, there and back, and not what changes with time. */
export async function tracked(machine: Machine): Promise<readonly string[]> {
  const text = await machine.ok('for f in 4 6; do conntrack -L -f ipv$f 2>/dev/null; done')
  return text
    .split('\n')
    .flatMap((line) => {
      const words = line.match(/\b(?:src|dst|sport|dport)=\S+/g) ?? []
      return words.length === 8 ? [[line.split(' ')[0], ...words].join(' ')] : []
    })
    .sort()
}

/** A flow as the kernel would have it: who asked whom, and who answers. */
export interface Entry {
  readonly protocol?: 'tcp' | 'udp'
  readonly to: readonly [address: string, port: number]
  readonly by?: readonly [address: string, port: number]
}

let newest = 50_000

/** Flows from the other host, each from a port of its own. */
export async function enter(machine: Machine, entries: readonly Entry[]): Promise<void> {
  const lines = entries.map(({ protocol = 'udp', to, by = to }) => {
    newest += 1
    const from = to[0].includes(':') ? 'fd00:100::1' : '100.100.198.1'
    const state = protocol === 'tcp' ? ' --state ESTABLISHED' : ''
    return `conntrack -I -t 600 -p ${protocol}${state} -s ${from} -d ${to[0]} --sport ${newest} \
--dport ${to[1]} -r ${by[0]} -q ${from} --reply-port-src ${by[1]} --reply-port-dst ${newest}`
  })
  await machine.ok(lines.join('\n'))
}

/** A lab's up and down on a machine; each gives what it complains of. */
export async function frontOn(
  machine: Machine,
  by: (typeof FRONTS)[number],
  { call, env }: Asked,
): Promise<Record<'up' | 'down', (plan: Plan) => Promise<string>> & AsyncDisposable> {
  if (by === 'the exported script') {
    const run = (verb: string) => async (plan: Plan) => {
      const script = machine.file('lab.sh', plan.toBash())
      const { code, stderr } = await machine.run(`${env} ${script} ${verb}`)
      return code === 0 ? stderr : `${code} ${stderr}`
    }
    return { up: run('up'), down: run('down'), [Symbol.asyncDispose]: async () => {} }
  }
  const sdk = machine.sdk()
  const run = (verb: 'up' | 'down') => async (plan: Plan) =>
    (await sdk[verb](plan, call)).error?.message ?? ''
  return {
    up: run('up'),
    down: run('down'),
    [Symbol.asyncDispose]: () => sdk[Symbol.asyncDispose](),
  }
}
