// lab.mjs ROUNDS: how long a lab of two namespaces in a sandbox takes until it is up, and until it is gone, in a program
// that has had one already; in milliseconds
import { net } from 'netloom'

const plan = ['demo01', 'demo02'].reduce(
  (host, name, i) => host.ns(name).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward(),
  net.host(),
)
const rounds = []
for (let i = 0; i <= Number(process.argv[2]); i += 1) {
  const start = performance.now()
  const lab = await plan.up({ sandbox: true })
  const up = performance.now()
  await lab.down()
  rounds.push({ up: up - start, down: performance.now() - up })
}
console.log(JSON.stringify(rounds))
