// zx.mjs up|down COUNT: one call of zx for each command
import { $ } from 'zx'

const [verb, count] = process.argv.slice(2)
const numbers = Array.from({ length: Number(count) }, (_, i) => i)
const address = (i) => `10.${Math.floor(i / 250)}.${i % 250}.2`

async function up(i) {
  const [ns, host, inner] = [`ns${i}`, `vh${i}`, `vn${i}`]
  await $`ip netns add ${ns}`
  await $`ip -n ${ns} link set dev lo up`
  await $`ip link add dev ${host} type veth peer name ${inner} netns ${ns}`
  await $`ip link set dev ${host} up`
  await $`ip -n ${ns} link set dev ${inner} up`
  await $`ip -n ${ns} addr add ${address(i)}/24 dev ${inner}`
  await $`ip addr add 169.254.1.1/32 dev ${host}`
  await $`ip route add ${address(i)}/32 dev ${host}`
  await $`ip -n ${ns} route add default via 169.254.1.1 dev ${inner} onlink`
  await $`iptables -A FORWARD -o ${host} -j ACCEPT`
  await $`iptables -A FORWARD -i ${host} -j ACCEPT`
}

async function down(i) {
  const host = `vh${i}`
  await $`iptables -D FORWARD -i ${host} -j ACCEPT`
  await $`iptables -D FORWARD -o ${host} -j ACCEPT`
  await $`ip link del dev ${host}`
  await $`ip netns del ns${i}`
}

if (verb === 'up') await $`echo 1 >/proc/sys/net/ipv4/ip_forward`
for (const i of numbers) await (verb === 'up' ? up(i) : down(i))
if (verb === 'down') await $`echo 0 >/proc/sys/net/ipv4/ip_forward`
