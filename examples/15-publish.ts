// A port of the host that leads to a namespace: others ask the host, and the namespace answers.
import { net } from 'netloom'

export const plan = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('web')
  .ip('10.0.1.2/24')
  .veth()
  .routeBothWays()
  .publish('8080:80/tcp')
  // a host of its own, which knows nothing of 10.0.1.0/24
  .host('client', { address: '100.100.198.1/24', device: 'enp2s0' })

await using lab = await plan.up({ sandbox: true })

// a server that tells one caller who asked it
const server = `require('node:net').createServer((caller) => {
  caller.end(caller.remoteAddress)
  process.exitCode = 0
  setTimeout(() => process.exit(), 100)
}).listen(80, '0.0.0.0')`
const serving = lab.ns('web').$`timeout 20 ${process.execPath} -e ${server}`
const ask = `for ((i = 0; i < 100; i++)); do
  if exec 3<>/dev/tcp/100.100.198.250/8080; then cat <&3; exit; fi
  sleep 0.1
done 2>/dev/null`
const { stdout } = await lab.host('client').$`timeout 20 bash -c ${ask}`
await serving
console.log(`web was asked at port 8080 of the host, by ${stdout}`)
