import { closeSync, constants, openSync, readSync } from 'node:fs'
import { Bash } from './bash.js'

/** Something that befell a packet buffer. */
export interface TraceEvent {
  readonly what: 'queue' | 'receive' | 'free'
  readonly skb: string
  readonly cpu: string
  /** In seconds. */
  readonly at: number
  /** Of queue and receive. */
  readonly device?: string
  /** From the link layer on with queue, from the network layer on with receive. */
  readonly length?: number
  /** Of free: `nft_do_chain`, `NETFILTER_DROP`, 2048. */
  readonly location?: string
  readonly reason?: string
  readonly protocol?: number
}

/**
 * An instance of tracefs of its own, in a mount namespace of its own. The program that made it removes it when its
 * input ends, which is at the latest when this process does; one whose program was killed goes with the next.
 */
const begin = (tag: string) => `
set -e
trap '' TERM INT HUP
folder=/sys/kernel/tracing
[ -d "$folder" ] || { folder=$(mktemp -d); made=$folder; }
mount -t tracefs tracefs "$folder"
for old in "$folder"/instances/netloom-agreement-*; do
  [ -d "/proc/\${old##*-}" ] || rmdir "$old" 2>/dev/null || true
done
instance=$folder/instances/netloom-agreement-$$
mkdir "$instance"
# its reader may still be about to close it
remove() {
  for _ in {1..50}; do ! rmdir "$instance" 2>/dev/null || break; sleep 0.1; done
  [ -z "\${made:-}" ] || { umount "$made"; rmdir "$made"; }
}
trap remove EXIT
for event in net_dev_queue netif_receive_skb; do
  echo 'name ~ "${tag}*"' >"$instance/events/net/$event/filter"
  echo 1 >"$instance/events/net/$event/enable"
done
echo 'protocol == 2048 || protocol == 34525 || protocol == 2054' >"$instance/events/skb/kfree_skb/filter"
echo 1 >"$instance/events/skb/kfree_skb/enable"
set +e`

const LINE = /^\s*.+-\d+\s+\[(\d+)\]\s+\S+\s+([\d.]+): (\w+): (.*)$/

const NAMES: Readonly<Record<string, TraceEvent['what']>> = {
  net_dev_queue: 'queue',
  netif_receive_skb: 'receive',
  kfree_skb: 'free',
}

const field = (text: string, name: string) =>
  new RegExp(`\\b${name}[=:] ?([^ +]+)`).exec(text)?.[1] ?? ''

function eventOf(line: string): TraceEvent | undefined {
  const [, cpu = '', at = '', name = '', rest = ''] = LINE.exec(line) ?? []
  const what = NAMES[name]
  if (what === undefined) return undefined
  const common = { what, skb: field(rest, 'skbaddr'), cpu, at: Number(at) }
  if (what !== 'free')
    return { ...common, device: field(rest, 'dev'), length: Number(field(rest, 'len')) }
  return {
    ...common,
    location: field(rest, 'location'),
    reason: field(rest, 'reason'),
    protocol: Number(field(rest, 'protocol')),
  }
}

/** What the kernel does with packets, machine-wide; labs are told apart by the names of their links. */
export class Trace implements AsyncDisposable {
  readonly #bash: Bash
  readonly #pipe: number
  readonly #buffer = Buffer.alloc(1 << 16)

  private constructor(bash: Bash, pipe: number) {
    this.#bash = bash
    this.#pipe = pipe
  }

  /** Nothing where the machine does not allow it. */
  static async open(tag: string): Promise<Trace | undefined> {
    const bash = new Bash(['unshare', '-m', '--propagation', 'private'], begin(tag))
    try {
      const instance = await bash.ok('echo "$instance"')
      const path = `/proc/${bash.pid}/root${instance.trim()}/trace_pipe`
      return new Trace(bash, openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
    } catch {
      await bash[Symbol.asyncDispose]()
      return undefined
    }
  }

  /** What happened since it was last asked. */
  take(): readonly TraceEvent[] {
    let text = ''
    for (;;) {
      try {
        const length = readSync(this.#pipe, this.#buffer)
        if (length === 0) break
        text += this.#buffer.toString('utf8', 0, length)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') break
        throw error
      }
    }
    return text.split('\n').flatMap((line) => eventOf(line) ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeSync(this.#pipe)
    await this.#bash[Symbol.asyncDispose]()
  }
}
