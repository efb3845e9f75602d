// explain.mjs ROUNDS: how long the answer by the kernel's state takes, in a lab of 20 namespaces in a sandbox, from the
// first to the last, in a program that has had one already; in milliseconds
import { net } from 'netloom'

const COUNT = 20
const plan = net
  .host()
  .each(COUNT, (host, i) =>
    host.ns(`demo${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward(),
  )
const lab = await plan.up({ sandbox: true })
const rounds = []
for (let i = 0; i <= Number(process.argv[2]); i += 1) {
  const start = performance.now()
  const answer = await lab.explain('demo0', `demo${COUNT - 1}`)
  rounds.push(performance.now() - start)
  if (answer.reachability !== 'REACHABLE') throw new Error(String(answer))
}
await lab.down()
console.log(JSON.stringify(rounds))
