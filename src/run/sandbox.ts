import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Host } from '../resource/kind.js'
import { type Enter, enterSandbox, wake } from './enter.js'
import { ETC_FOLDERS, OWN_ETC } from './etc.js'
import { type Form, Refusal, sandboxRefused } from './refusal.js'

/** Emulated hosts, each with its own root network namespace, `/run`, `/etc`, `/proc` and `/sys`. */
export interface Sandbox {
  enter(host: string): Enter
  /** Into what connects the hosts. */
  readonly segment: Enter
  /** Ends it; the kernel frees everything. */
  close(): Promise<void>
}

/**
 * The first process of the sandbox. It ends when the pipe to it is closed, which is at the latest when
 * netloom's process dies, and with it goes the PID namespace and all that runs in it. Its /proc stays the
 * old one: there a process finds its number outside.
 */
const HOLDER = `
read -r outer _ </proc/self/stat
mount -t tmpfs -o mode=755 tmpfs /run
ip link set dev lo up
echo "holder $outer"
exec 3<&0
for host in "$@"; do
  unshare -n -m --propagation private bash --norc -ec "$HOST" host "$host" 3<&- </dev/null &
done
exec cat <&3 >/dev/null
`

/**
 * A host: its process number outside (before /proc is changed) and inside, then it waits for its end. Where
 * /proc cannot be mounted anew, in some containers, the old one serves.
 */
const HOST = `
read -r outer _ </proc/self/stat
mount -t proc proc /proc 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock ${ETC_FOLDERS}
${OWN_ETC}mount -t sysfs sysfs /sys 2>/dev/null || true
ip link set dev lo up
{ echo 0 >/proc/sys/net/ipv4/ip_forward; } 2>/dev/null || true
echo "host $1 $outer $BASHPID"
exec >/dev/null 2>&1
exec sleep infinity
`

/** How often what waits for a sandbox that is to end is woken, in milliseconds. */
const WAKING_MS = 20

/** How long a sandbox may take to end by itself, in milliseconds. */
const PATIENCE_MS = 2_000

/** How long a host may be on its way once something complained, in milliseconds. */
const COMPLAINT_MS = 5_000

interface Ready {
  readonly outer: string
  readonly inner: string
}

function startHolder(hosts: readonly string[], rootless: boolean): ChildProcess {
  const unshare = [
    'unshare',
    ...(rootless ? ['-U', '-r'] : []),
    '-n',
    '-m',
    '-p',
    '-f',
    '--kill-child',
  ]
  // The signal at the parent's death reaches a holder that is stopped and cannot see the pipe close.
  const words = [
    ...['--pdeathsig', 'KILL', ...unshare, '--propagation', 'private'],
    ...['bash', '--norc', '-euc', HOLDER, 'holder', ...hosts],
  ]
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  return spawn('setpriv', words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PATH, HOST, LC_ALL: 'C' },
  })
}

/** Runs a command to its end, and gives its input to it. */
async function run(words: readonly string[], input: string): Promise<void> {
  const [command = '', ...args] = words
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += text
  })
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Refusal(`${words.join(' ')}: ${stderr}`)
}

/** The uplinks: a pair from a shared segment to each host that declares an address or a device. */
async function connect(
  hosts: readonly Host[],
  ready: ReadonlyMap<string, Ready>,
  enterHolder: Enter,
  enter: (host: string) => Enter,
): Promise<void> {
  const wired = hosts.filter((host) => host.addresses !== undefined || host.device !== undefined)
  if (wired.length === 0) return
  const device = (host: Host) => host.device ?? 'eth0'
  const lines = [
    'link add dev segment type bridge',
    'link set dev segment up',
    ...wired.flatMap((host, i) => [
      `link add dev port${i} type veth peer name ${device(host)} netns ${ready.get(host.name)?.inner}`,
      `link set dev port${i} master segment up`,
    ]),
  ]
  await run([...enterHolder, 'ip', '-batch', '-'], `${lines.join('\n')}\n`)
  await Promise.all(
    wired.map((host) => {
      const addresses = (host.addresses ?? []).map(
        (cidr) => `addr add ${cidr} dev ${device(host)}${cidr.includes(':') ? ' nodad' : ''}`,
      )
      const lines = [`link set dev ${device(host)} up`, ...addresses]
      return run([...enter(host.name), 'ip', '-batch', '-'], `${lines.join('\n')}\n`)
    }),
  )
}

/** Waits until the holder and all hosts have said that they are there. */
async function readiness(child: ChildProcess, hosts: readonly Host[]) {
  const ready = new Map<string, Ready>()
  let stderr = ''
  const output = child.stdout
  if (output === null) throw new Refusal('no pipe')
  let holder = ''
  const lines = createInterface({ input: output })
  let timer: NodeJS.Timeout | undefined
  const spoken = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      const [word, name = '', outer = '', inner = ''] = line.split(' ')
      if (word === 'holder') holder = name
      else ready.set(name, { outer, inner })
      if (ready.size === hosts.length) resolve()
    })
    const refuse = () => reject(new Refusal(stderr))
    child.stderr?.on('data', (text) => {
      stderr += text
      // where a host cannot be made, what holds the others goes on
      timer ??= setTimeout(refuse, COMPLAINT_MS)
    })
    child.once('error', (cause) => reject(new Refusal(String(cause), cause)))
    child.once('close', refuse)
  })
  await spoken.finally(() => clearTimeout(timer))
  return { ready, holder }
}

/** Makes a sandbox in one form, or throws a {@link Refusal}. */
async function open(hosts: readonly Host[], rootless: boolean): Promise<Sandbox> {
  const child = startHolder(
    hosts.map((host) => host.name),
    rootless,
  )
  const closed = once(child, 'close').catch(() => undefined)
  let places: readonly Enter[] = []
  const close = async () => {
    child.ref()
    child.stdin?.end()
    const waking = setInterval(() => places.forEach(wake), WAKING_MS)
    // The first process is killed with it. One that was stopped did not see the pipe close; one that waits until all
    // that was inside is reaped, which in a container nobody may do, has let go of the network already.
    const ending = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    await closed
    clearInterval(waking)
    clearTimeout(ending)
  }
  try {
    const { ready, holder } = await readiness(child, hosts)
    const into = (pid: string) => enterSandbox(pid, rootless)
    const enter = (host: string) => into(ready.get(host)?.outer ?? '')
    places = hosts.map(({ name }) => enter(name))
    await connect(hosts, ready, into(holder), enter)
    // A program that forgets its sandbox still ends, and the sandbox with it.
    child.unref()
    for (const pipe of [child.stdin, child.stdout, child.stderr]) {
      ;(pipe as unknown as { unref?: () => void } | null)?.unref?.()
    }
    return { enter, segment: into(holder), close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Makes a sandbox with a host for each of a plan's: in network, mount and PID namespaces of its own, and
 * without root, or what makes root of it, in a user namespace too.
 *
 * @throws NetloomError `SANDBOX_REFUSED`
 */
export async function openSandbox(hosts: readonly Host[]): Promise<Sandbox> {
  const user: Form = 'in a user namespace'
  const refusals = new Map<Form, Refusal>()
  // in a container root may lack capabilities, and only an attempt tells
  for (const form of process.getuid?.() === 0 ? (['as root', user] as const) : [user]) {
    try {
      return await open(hosts, form === user)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusals.set(form, error)
    }
  }
  throw sandboxRefused(refusals)
}
