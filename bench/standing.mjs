// standing.mjs COUNT ROUNDS: what a lab of so many namespaces that is up costs: up() of the same plan, which changes nothing,
// status(), and a change that adds one namespace and takes it away again; in a sandbox, in milliseconds
import { net } from 'netloom'

const [count, rounds] = process.argv.slice(2).map(Number)
const plan = (size) =>
  net
    .host()
    .named('standing')
    .each(size, (host, i) =>
      host
        .ns(`ns${i}`)
        .ip(`10.${Math.floor(i / 250)}.${i % 250}.2/24`)
        .veth(`vh${i}`, `vn${i}`)
        .routeBothWays()
        .allowForward(),
    )
const [own, more] = [plan(count), plan(count + 1)]
const time = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}
const running = await own.up({ sandbox: true })
const all = []
for (let i = 0; i <= rounds; i += 1) {
  all.push({
    again: await time(() => own.up({ into: running })),
    status: await time(() => running.status()),
    change: await time(async () => {
      await more.up({ into: running })
      await own.up({ into: running })
    }),
  })
}
await running.down()
console.log(JSON.stringify(all))
