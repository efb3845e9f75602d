import type { Explanation } from '../../../src/explain/types.js'
import type { Plan, Running, RunningPlace } from '../../../src/index.js'
import { commandLine } from '../../../src/step/quote.js'

/** What the cases of one kind of network share. */
export interface Shape {
  readonly plan: Plan
  /** Namespaces in which a server of TCP port 80 and UDP port 53 waits. */
  readonly servers: readonly string[]
  /** What the host makes beside the plan, in bash. */
  readonly build?: string
}

/** Answers on TCP port 80 and UDP port 53, over both families. */
const SERVER = `
require('net').createServer((s) => s.on('error', () => {}).end('x\\n')).listen(80, '::')
const udp = require('dgram').createSocket('udp6').bind(53, '::')
udp.on('message', (text, from) => udp.send(text, from.port, from.address))
`

/**
 * Puts a place back to how it was made: no links but its own, no rules, settings as a kernel has them. Duplicate
 * addresses are not looked for: nobody waits for that here. A server whose answer was lost sends it once: later it would
 * ask for neighbours in the midst of the next case.
 */
const CLEAN = `
clean() {
  local line name file
  {
    while read -r _ line; do
      name=\${line%%[@:]*}
      [[ $name == lo || $name == enp2s0 ]] || echo "link del dev $name"
    done < <(ip -o link show)
    echo "addr flush dev lo scope global"
    # those that were typed
    echo "route flush table all proto boot"
    echo "route flush cache"
    for line in 99 100 101; do echo "rule del pref $line"; done
  } | ip -force -batch - 2>/dev/null || true
  {
    echo "route flush table all proto boot"
    for line in 99 100 101; do echo "rule del pref $line"; done
  } | ip -force -6 -batch - 2>/dev/null || true
  nft flush ruleset
  for line in '' 6; do
    read -r _ <"/proc/net/ip\${line}_tables_names" || continue
    "ip\${line}tables-legacy" -F
    for name in INPUT FORWARD OUTPUT; do "ip\${line}tables-legacy" -P $name ACCEPT; done
  done
  cd /proc/sys/net
  for file in ipv4/ip_forward ipv6/conf/{all,default}/{forwarding,accept_dad} ipv4/icmp_echo_ignore_all \\
    ipv6/icmp/echo_ignore_all ipv4/conf/{all,default,lo}/{rp_filter,arp_ignore,arp_announce,arp_filter,proxy_arp,accept_local} \\
    bridge/bridge-nf-call-{ip,ip6}tables ipv4/neigh/default/proxy_delay \\
    ipv4/tcp_synack_retries; do
    [[ ! -e $file ]] || echo 0 >"$file"
  done
  cd /
}
export -f clean
inside() { nsenter --net="/run/netns/$1" -- "\${@:2}"; }
# twice: one that is asked meanwhile learns again who asked
flush() {
  local name
  for _ in 1 2; do
    ip neigh flush all
    for name in $names; do ip -n "$name" neigh flush all; done
  done
} 2>/dev/null
`

/** The commands of a plan, in as few processes as can be. */
function commandsOf(plan: Plan): string {
  const batches = new Map<string, string[]>()
  const rest: string[] = []
  const rules = new Map<string, string[]>()
  for (const { argv } of plan.commands()) {
    const [tool = '', ...args] = argv
    if (tool === 'ip' && args[0] === 'netns') continue
    if (tool === 'ip') {
      const own = args[0] === '-n' ? args.slice(0, 2) : []
      const head = ['ip', ...own, '-batch', '-'].join(' ')
      batches.set(head, [...(batches.get(head) ?? []), args.slice(own.length).join(' ')])
    } else if (tool.endsWith('tables')) {
      rules.set(tool, [...(rules.get(tool) ?? []), args.slice(args.indexOf('-A')).join(' ')])
    } else rest.push(`${commandLine(argv)} >/dev/null`)
  }
  const here = (head: string, lines: readonly string[]) =>
    `${head} <<'END'\n${lines.join('\n')}\nEND`
  // the host's first: it makes the pairs
  const own = [...batches].sort(([a], [b]) => Number(a.includes('-n')) - Number(b.includes('-n')))
  return [
    ...own.map(([head, lines]) => here(head, lines)),
    ...[...rules].map(([tool, lines]) =>
      here(`${tool}-restore -n -w`, ['*filter', ...lines, 'COMMIT']),
    ),
    ...rest,
  ].join('\n')
}

/** What is asked, and what the probe does. */
export interface Asked {
  readonly from: string
  readonly to: string
  readonly protocol?: 'tcp' | 'udp'
  readonly port?: number
  readonly family?: 4 | 6
  readonly mark?: number
  readonly size?: number
  readonly ttl?: number
}

/** How long a probe waits, in seconds, that is to be answered, and that is not. */
const WAIT = { answered: 3, lost: 0.4 }

/** A packet like that of the answer, with an id or a port of its own. */
function probeText(asked: Asked, { flow }: Explanation, expected: 'answered' | 'lost'): string {
  const wait = WAIT[expected]
  const { dstIp, dstPort, srcNode, srcIp, ipVersion } = flow
  const [, namespace] = srcNode.split('/')
  const into = namespace === undefined ? '' : `inside ${namespace} `
  if (dstPort !== undefined) {
    const open = `exec 3<>/dev/${asked.protocol ?? 'tcp'}/${dstIp}/${dstPort}`
    const speak = asked.protocol === 'udp' ? '; echo x >&3; read -r -n1 <&3' : ''
    return `${into}timeout ${wait} bash -c '${open}${speak}' 2>/dev/null`
  }
  const header = ipVersion === 4 ? 28 : 48
  return [
    `${into}ping -n -c1 -W${wait}`,
    ...(asked.from.includes('.') || asked.from.includes(':') ? [`-I ${srcIp}`] : []),
    ...(asked.mark === undefined ? [] : [`-m ${asked.mark}`]),
    ...(asked.ttl === undefined ? [] : [`-t ${asked.ttl}`]),
    ...(asked.size === undefined ? [] : [`-M do -s ${asked.size - header}`]),
    `${dstIp} >/dev/null 2>&1`,
  ].join(' ')
}

/** A sandbox that is put back between cases. */
export class Lab implements AsyncDisposable {
  readonly #running: Running
  readonly #host: RunningPlace
  readonly #prelude: string
  readonly #reset: string

  private constructor(shape: Shape, running: Running) {
    this.#running = running
    const { hosts, resources } = shape.plan.toJSON()
    this.#host = running.host(hosts[0]?.name as never)
    const names = resources.flatMap((r) => (r.kind === 'namespace' ? [r.name] : []))
    this.#prelude = `names='${names.join(' ')}'\n${CLEAN}`
    this.#reset = [
      'clean',
      ...names.map((name) => `inside ${name} bash -c clean`),
      commandsOf(shape.plan),
      shape.build ?? '',
    ].join('\n')
  }

  static async open(shape: Shape): Promise<Lab> {
    const running = await shape.plan.up({ sandbox: true })
    try {
      const servers = shape.servers.map((name) =>
        running.ns(name as never).spawn(process.execPath, ['-e', SERVER]),
      )
      await Promise.all(servers.map((server) => server.waitForPort(53, { protocol: 'udp' })))
      return new Lab(shape, running)
    } catch (error) {
      await running.down()
      throw error
    }
  }

  /** Bash on the host, which must succeed. */
  async run(text: string, head = ''): Promise<void> {
    const { exitCode, stderr } = await this.#bash(`set -e\n${head}\n${text}`)
    if (exitCode !== 0) throw new Error(`code ${exitCode} of\n${text}\n${stderr}`)
  }

  #bash(text: string) {
    return this.#host.$({
      nothrow: true,
      quiet: true,
    })`bash --norc -c ${`${this.#prelude}\n${text}`}`
  }

  /** As it was made; with what a case has beside it, and its fault. */
  async reset(...texts: readonly string[]): Promise<void> {
    await this.run([...texts, 'flush'].join('\n'), this.#reset)
  }

  explain(asked: Asked): Promise<Explanation> {
    const { from, to, ...options } = asked
    return this.#running.explain(from as never, to as never, options)
  }

  /** Whether a packet like that of the answer gets an answer. */
  async probe(asked: Asked, answer: Explanation, expected: 'answered' | 'lost'): Promise<string> {
    const { exitCode } = await this.#bash(probeText(asked, answer, expected))
    return exitCode === 0 ? 'answered' : 'lost'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.down()
  }
}
