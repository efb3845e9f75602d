import { describe, expect, test } from 'vitest'
import { type HostPlan, type NamespacePlan, net, type Plan } from '../../../../src/index.js'
import { stepsOf } from '../../../../src/plan/steps.js'
import { changeOf } from '../../../../src/run/change/change.js'
import { joined, type Known } from '../../../../src/run/change/known.js'
import type { State } from '../../../../src/run/types.js'
import { commandLine } from '../../../../src/step/quote.js'

const nothing = { defaults: new Map<string, string>(), shared: new Map<string, string>() }

/** All of the first plan is there, but for what a word says of it; of the second plan what both have. */
function known(before: Plan, after: Plan, states: { readonly [command: string]: State } = {}) {
  const [old, next] = [before, after].map((plan) => stepsOf(plan.toJSON()))
  return joined(old ?? [], next ?? []).map((each): Known => {
    const command = commandLine(each.step.argv)
    return {
      ...each,
      state: states[command] ?? (each.old >= 0 ? 'present' : 'absent'),
      instead: [],
    }
  })
}

/** Commands, `-` for what is taken back and `+` for what is made. */
function told(all: readonly Known[], more: Partial<typeof nothing> = {}): readonly string[] {
  const { takes, makes } = changeOf({ ...nothing, ...more, known: all })
  return [...takes.map(({ step }) => step), ...makes].map(({ argv }, i) => {
    const line = commandLine(argv).replace(/ (group|address|proto|peer) .*/, '')
    return `${i < takes.length ? '-' : '+'} ${line}`
  })
}

const lab = (make: (host: HostPlan) => Plan = (host) => host) =>
  make(net.host('h').ns('a').ip('10.0.1.2/24').veth().routeBothWays().host('h')).named('t')
const a = (plan: Plan) => plan.at('a' as never) as NamespacePlan

describe('what is to be done to a lab that is up', () => {
  test('nothing where both plans are one, and all is there', () => {
    expect(told(known(lab(), lab()))).toEqual([])
  })

  test('what is added is made, and nothing else', () => {
    const after = lab((host) => host.ns('b').ip('10.0.2.2/24').veth())
    expect(told(known(lab(), after))).toEqual([
      '+ ip netns add b',
      '+ ip -n b link set dev lo',
      '+ ip link add dev veth-b',
      '+ ip link set dev veth-b up',
      '+ ip -n b link set dev eth0 up',
      '+ ip -n b addr add 10.0.2.2/24 dev eth0',
    ])
  })

  test('of a namespace that goes only links and names go by commands: the rest goes with them', () => {
    const before = lab((host) => host.ns('b').ip('10.0.2.2/24').veth().routeBothWays())
    const all = known(before, lab())
    expect(told(all)).toEqual(['- ip link del dev veth-b', '- ip netns del b'])
    expect(changeOf({ ...nothing, known: all }).silent).toEqual([
      'undo ip route del 10.0.2.2/32 dev veth-b proto 78',
    ])
  })

  test('a pair in another shape goes, and all that is on it is made again, at both ends', () => {
    const after = net.host('h').ns('a').ip('10.0.1.2/24').veth({ mtu: 1400 }).routeBothWays()
    const lines = told(known(lab(), after.named('t')))
    expect(lines[0]).toBe('- ip link del dev veth-a')
    expect(lines.slice(1)).toEqual([
      '+ ip link add dev veth-a',
      '+ ip link set dev veth-a up',
      '+ ip -n a link set dev eth0 up',
      '+ ip -n a addr add 10.0.1.2/24 dev eth0',
      '+ ip addr add 169.254.1.1/32 dev veth-a',
      '+ ip -n a route add default via 169.254.1.1 dev eth0',
      '+ ip route add 10.0.1.2/32 dev veth-a',
    ])
  })

  test('a route by a gateway goes with the last address of its network, before it, and comes behind', () => {
    const two = (gone: boolean) =>
      lab((host) => {
        const plan = gone ? a(host) : a(host).ip('10.0.8.2/24')
        return plan.route('10.7.0.0/16', { via: gone ? '10.0.1.9' : '10.0.8.9' })
      })
    expect(told(known(two(false), two(true)))).toEqual([
      '- ip -n a route del 10.7.0.0/16 via 10.0.8.9',
      '- ip -n a addr del 10.0.8.2/24 dev eth0',
      '+ ip -n a route add 10.7.0.0/16 via 10.0.1.9',
    ])
  })

  test('addresses behind a new one are made again: the first is the source', () => {
    const before = net.host('h').ns('a').ip('10.0.1.2/24').veth().named('t')
    const after = net.host('h').ns('a').ip('10.0.3.2/24', '10.0.1.2/24').veth().named('t')
    expect(told(known(before, after))).toEqual([
      '- ip -n a addr del 10.0.1.2/24 dev eth0',
      '+ ip -n a addr add 10.0.3.2/24 dev eth0',
      '+ ip -n a addr add 10.0.1.2/24 dev eth0',
    ])
    expect(told(known(after, before))).toEqual(['- ip -n a addr del 10.0.3.2/24 dev eth0'])
  })

  test('a rule in the middle of a chain inside: that is made again as a whole; at its end it is added', () => {
    const filter = (...ports: readonly number[]) =>
      lab((host) => ports.reduce((plan, port) => plan.allow({ protocol: 'tcp', port }), a(host)))
    /** Of the chain INPUT over IPv4: what is done to it, and the ports. */
    const input = (before: Plan, after: Plan) =>
      changeOf({ ...nothing, known: known(before, after) }).makes.flatMap(({ tool, args }) => {
        const [action, chain, ...rule] = args.slice(4)
        const port = rule.indexOf('--dport')
        if (tool !== 'iptables' || chain !== 'INPUT') return []
        return [port < 0 ? action : `${action} ${rule[port + 1]}`]
      })
    expect(input(filter(80), filter(80, 82))).toEqual(['-A 82'])
    const whole = input(filter(80, 82), filter(81, 82))
    expect(whole[0]).toBe('-F')
    expect(whole.slice(-2)).toEqual(['-A 81', '-A 82'])
    expect(whole).toHaveLength(1 + input(lab(), filter(81, 82)).length)
  })

  test('a setting gets what nobody set; one that is set otherwise is written over', () => {
    const ttl = (value: string) => lab((host) => a(host).sysctl('net.ipv4.ip_default_ttl', value))
    const defaults = new Map([['setting a net/ipv4/ip_default_ttl', '64']])
    expect(told(known(ttl('70'), lab()), { defaults })).toEqual([
      '- ip netns exec a sysctl -w net/ipv4/ip_default_ttl=64',
    ])
    expect(told(known(ttl('70'), ttl('71')), { defaults })).toEqual([
      '+ ip netns exec a sysctl -w net/ipv4/ip_default_ttl=71',
    ])
  })

  test('links take a default over when they are made: with it, they are made again', () => {
    const first = (value?: string) => {
      const plan = net.host('h').ns('a')
      return (value === undefined ? plan : plan.sysctl('net.ipv4.conf.default.rp_filter', value))
        .ip('10.0.1.2/24')
        .veth()
        .named('t')
    }
    expect(told(known(first(), first('1')))).toEqual([
      '- ip link del dev veth-a',
      '+ ip netns exec a sysctl -w net/ipv4/conf/default/rp_filter=1',
      '+ ip link add dev veth-a',
      '+ ip link set dev veth-a up',
      '+ ip -n a link set dev eth0 up',
      '+ ip -n a addr add 10.0.1.2/24 dev eth0',
    ])
  })

  test('a shared setting goes unless another lab needs it', () => {
    const forward = lab((host) => a(host).allowForward({ direction: 'in' }))
    const lines = (shared: Map<string, string>) =>
      told(known(forward, lab()), { shared }).map((line) => line.replace(/ -o .*/, ''))
    expect(lines(new Map())).toEqual([
      '- iptables -w 5 -t filter -D FORWARD',
      '- sysctl -w net.ipv4.ip_forward=0',
    ])
    expect(lines(new Map([['forwarding 4', 'lab other needs it, too']]))).toEqual([
      '- iptables -w 5 -t filter -D FORWARD',
    ])
  })

  test('what somebody took away is made again, with what went with it', () => {
    const gone = { 'ip -n a addr add 10.0.1.2/24 dev eth0': 'absent' } as const
    expect(told(known(lab(), lab(), gone))).toEqual(['+ ip -n a addr add 10.0.1.2/24 dev eth0'])
  })
})
