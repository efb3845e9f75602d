// Two namespaces that reach each other through their host, step by step, in a sandbox: npm run demo
import { commandLine, type HostPlan, net, type Progress, type Running } from 'netloom'

const colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
const paint = (code: number) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
const bold = paint(1)
const dim = paint(2)
const red = paint(31)
const green = paint(32)
const cyan = paint(36)

const say = (text = '') => console.log(text)
const title = (text: string) => say(`\n${bold(text)}`)

const host = net.host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })

/** Where a ping goes: from, to, and the address that it is sent to. */
type Way = readonly [from: Place, to: Place, address: string]
type Place = 'node03' | 'demo01' | 'demo02'
type Lab = Running<'node03' | 'node03/demo01' | 'node03/demo02'>

const HOST_WAYS: readonly Way[] = [
  ['node03', 'demo01', '10.0.1.2'],
  ['demo01', 'node03', '100.100.198.250'],
  ['node03', 'demo02', '10.0.2.2'],
  ['demo02', 'node03', '100.100.198.250'],
]
const FORWARDED_WAYS: readonly Way[] = [
  ['demo01', 'demo02', '10.0.2.2'],
  ['demo02', 'demo01', '10.0.1.2'],
]

let surprises = 0

/** A ping along each way, and whether it went as it should. */
async function ping(lab: Lab, ways: readonly Way[], answers: boolean): Promise<void> {
  for (const [from, to, address] of ways) {
    const { $ } = from === 'node03' ? lab.host(from) : lab.ns(from)
    const { exitCode, stdout, stderr } = await $({
      nothrow: true,
      quiet: true,
    })`ping -c1 -W1 ${address}`
    const time = /time=([\d.]+ ms)/.exec(stdout)?.[1]
    const outcome = exitCode === 0 ? `answers in ${time}` : stderr.trim() || 'no answer'
    const asIt = (exitCode === 0) === answers
    if (!asIt) surprises += 1
    const mark = exitCode === 0 ? green('<->') : red('-/-')
    const words = `${from} ${mark} ${to}`.padEnd(colour ? 32 : 23)
    const remark = asIt ? (answers ? '' : dim('(as it should be)')) : red('(this should not be)')
    say(`  ${words}${dim(`ping -c1 -W1 ${address}`.padEnd(34))}${outcome} ${remark}`)
  }
}

/** Shows each command as it is run, with the call of the chain that it comes from and what it is for. */
function show({ command, step, done, total }: Progress): void {
  say(`  ${dim(`${String(done).padStart(2)}/${total}`)}  ${cyan(command)}`)
  if (step !== undefined) say(`         ${dim(`.${step.call}: ${step.why}`)}`)
}

/** The undo of a step that has one of its own. */
const undoOf = ({ undo }: ReturnType<HostPlan['commands']>[number]) =>
  'argv' in undo ? [commandLine(undo.argv)] : []

const linked = host
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')

const routed = host
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()

const plan = host
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
  .allowForward()

say(`  demo01 10.0.1.2          node03 100.100.198.250          demo02 10.0.2.2
  [vethdemo01] ------- [vethhost01]   [vethhost02] ------- [vethdemo02]`)
say(dim('\n  The host is emulated in a sandbox: nothing of this machine is touched.'))

title('1. Control: links and addresses, no routes')
say(dim('  .ns().ip().veth(), for each'))
{
  await using lab = await linked.up({ sandbox: true })
  await ping(lab, HOST_WAYS, false)
}

title('2. Control: with routes, on a host that forwards but whose FORWARD policy is DROP')
say(dim('  .ns().ip().veth().routeBothWays(), for each'))
{
  await using lab = await routed.up({ sandbox: true })
  await lab.host('node03').$`iptables -P FORWARD DROP`
  await lab.host('node03').$`echo 1 >/proc/sys/net/ipv4/ip_forward`
  await ping(lab, HOST_WAYS, true)
  await ping(lab, FORWARDED_WAYS, false)
}

title('3. The whole plan, each command as it is run')
say(`  .ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01').routeBothWays().allowForward()
  .ns('demo02').ip('10.0.2.2/24').veth('vethhost02', 'vethdemo02').routeBothWays().allowForward()\n`)
{
  await using lab = await plan.up({ sandbox: true, onProgress: show })
  title('4. The pings, the FORWARD policy still DROP')
  await lab.host('node03').$`iptables -P FORWARD DROP`
  await ping(lab, HOST_WAYS, true)
  await ping(lab, FORWARDED_WAYS, true)
  say()
  const rules = await lab.host('node03').$`iptables -t filter -nvL FORWARD`
  for (const line of rules.stdout.trimEnd().split('\n')) say(`  ${dim(line)}`)

  title('5. Down')
  const undos = plan.commands().flatMap(undoOf).toReversed()
  say(dim('  On a machine, plan.down() does this; the rest goes with it:'))
  for (const command of undos) say(`  ${cyan(command)}`)
  await lab.down()
  say(dim('  In a sandbox, the kernel frees everything at once: done.'))
}

if (surprises > 0) {
  say(red(`\n${surprises} of the pings did not go as they should.`))
  process.exitCode = 1
} else {
  say(green('\nEvery ping went as it should.'))
}
