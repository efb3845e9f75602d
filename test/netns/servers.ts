import type { Machine } from './machine.js'

/** Answers with the address of who asks, over TCP and UDP, until it is ended, or a minute has passed. */
const SERVER = `
const { createServer } = require('node:net')
const { createSocket } = require('node:dgram')
const { writeFileSync } = require('node:fs')
const [ready, ...ports] = process.argv.slice(2)
const plain = (address) => address.replace('::ffff:', '')
const waits = ports.flatMap((port) => {
  const tcp = createServer((caller) => caller.end(plain(caller.remoteAddress) + '\\n'))
  const udp = createSocket('udp6')
  udp.on('message', (_, { address, port: to }) => udp.send(plain(address) + '\\n', to, address))
  return [
    new Promise((resolve) => tcp.listen(Number(port), '::', resolve)),
    new Promise((resolve) => udp.bind(Number(port), '::', resolve)),
  ]
})
Promise.all(waits).then(() => writeFileSync(ready, ''))
setTimeout(() => process.exit(), 60_000)
`

/** Starts a server in a namespace; it is ended by what this gives, whoever it was that asked. */
export async function serve(machine: Machine, name: string, ...ports: readonly number[]) {
  const file = machine.file('server.cjs', SERVER)
  const ready = `${machine.folder}/ready`
  const pid = await machine.ok(`rm -f ${ready}
ip netns exec ${name} ${process.execPath} ${file} ${ready} ${ports.join(' ')} >/dev/null 2>&1 &
echo $!
for ((i = 0; i < 200; i++)); do [[ ! -e ${ready} ]] || break; sleep 0.05; done
[[ -e ${ready} ]]`)
  return () => machine.ok(`kill ${pid}; while [[ -e /proc/${pid} ]]; do sleep 0.01; done`)
}

/** Who asks: a namespace, the host itself, or the other host. */
const placeOf = (from: string) => {
  if (from === 'host') return ''
  return from === 'other' ? 'nsenter -t "$peer" -n ' : `ip netns exec ${from} `
}

/** Who the server sees when it is asked; `refused` by what is there, or `lost`. */
export async function ask(
  machine: Machine,
  from: string,
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
): Promise<string> {
  const { code, stdout } = await machine.run(`${placeOf(from)}timeout 1 bash -c '
exec 3<>/dev/${protocol}/${address}/${port} || exit 3
[[ ${protocol} == tcp ]] || echo hello >&3 || exit 3
who=$(head -n1 <&3)
[[ -n $who ]] || exit 3
echo "$who"'`)
  if (code === 0) return stdout.trim()
  return code === 124 ? 'lost' : 'refused'
}
