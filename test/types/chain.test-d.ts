import { describe, expectTypeOf, test } from 'vitest'
import {
  type HostPlan,
  type NamespacePlan,
  type NsName,
  net,
  type PlacesOf,
  type Plan,
  type Running,
  type RunningPlace,
} from '../../src/index.js'

// These are types only: vitest compiles this file and runs none of it.

const lab = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .allowForward()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .host('node02', { address: '100.100.198.253/24', device: 'enp2s0', ssh: 'root@node02' })
  .routeTo('demo01', 'demo02')

type Places = 'node03' | 'node03/demo01' | 'node03/demo02' | 'node02'
declare const running: Running<Places>

describe('files of a namespace', () => {
  test('keep the cursor, and dns() is of a namespace', () => {
    const plan = net.host('h').ns('a')
    expectTypeOf(plan.dns('10.0.0.53')).toEqualTypeOf(plan)
    expectTypeOf(plan.dns(['10.0.0.53'] as const, { search: ['lab.test'] }).hosts()).toEqualTypeOf(
      plan,
    )
    expectTypeOf(net.host('h').hosts()).toEqualTypeOf(net.host('h'))
    // @ts-expect-error a host has its own
    net.host('h').dns('10.0.0.53')
    // @ts-expect-error a list is one argument
    plan.dns('10.0.0.53', 'fd00::53')
    // @ts-expect-error no such option
    plan.dns('10.0.0.53', { domains: ['lab.test'] })
    // @ts-expect-error it takes none
    plan.hosts('a')
    expectTypeOf(plan.commands()[0]?.input).toEqualTypeOf<string | undefined>()
  })
})

describe('names', () => {
  test('are collected in the type, and the cursor with them', () => {
    expectTypeOf(lab).toEqualTypeOf<HostPlan<Places, 'node02'>>()
    expectTypeOf<PlacesOf<typeof lab>>().toEqualTypeOf<Places>()
    expectTypeOf<NsName<Places>>().toEqualTypeOf<
      'demo01' | 'demo02' | 'node03/demo01' | 'node03/demo02'
    >()
    expectTypeOf(lab.up({ sandbox: true })).resolves.toEqualTypeOf<Running<Places>>()
  })

  test('of a host that was not named is host', () => {
    expectTypeOf(net.host()).toEqualTypeOf<HostPlan<'host', 'host'>>()
    expectTypeOf(net.host().ns('a')).toEqualTypeOf<NamespacePlan<'host' | 'host/a', 'host'>>()
  })

  test('a running lab takes its own, with or without the host', () => {
    expectTypeOf(running.ns('demo01')).toEqualTypeOf<RunningPlace>()
    expectTypeOf(running.ns('node03/demo02')).toEqualTypeOf<RunningPlace>()
    expectTypeOf(running.host('node03').ns('demo01')).toEqualTypeOf<RunningPlace>()
    // @ts-expect-error the plan has no demo03
    running.ns('demo03')
    // @ts-expect-error node02 has no namespace
    running.ns('node02/demo01')
    // @ts-expect-error a host is no namespace
    running.ns('node03')
    // @ts-expect-error the plan has no node01
    running.host('node01')
    // @ts-expect-error node03 has no demo03
    running.host('node03').ns('demo03')
    // @ts-expect-error node02 has none at all
    running.host('node02').ns('demo01')
  })

  test('a call takes those before it', () => {
    expectTypeOf(lab.at('demo01')).toEqualTypeOf<NamespacePlan<Places, 'node03'>>()
    expectTypeOf(lab.at('node03/demo02')).toEqualTypeOf<NamespacePlan<Places, 'node03'>>()
    // @ts-expect-error a typo
    lab.at('demo1')
    // @ts-expect-error a typo
    lab.routeTo('demo01', 'demo002')
    // @ts-expect-error a namespace that comes later
    net.host('a').routeTo('later')
    // @ts-expect-error the plan has no node01
    lab.toBash({ host: 'node01' })
    // @ts-expect-error a namespace has no script of its own
    lab.toBash({ host: 'demo01' })
  })

  test('a link takes the namespaces before it', () => {
    const at = net.host('a').ns('x').ns('y')
    at.link('x').link('a/x')
    // @ts-expect-error a typo
    at.link('z')
    // @ts-expect-error a host is no namespace
    at.link('a')
    // @ts-expect-error which of the two?
    at.host('b').ns('x').link('x')
    at.host('b').ns('x').link('b/x')
  })

  test('a pool begins a plan, and the names are those of a host', () => {
    const start = net.pool(['10.50.0.0/16', 'fd00:50::/48'], { prefix: 28, prefix6: 80 })
    expectTypeOf(start.host()).toEqualTypeOf<HostPlan<'host', 'host'>>()
    expectTypeOf(start.host('a', { device: 'eth0' })).toEqualTypeOf<HostPlan<'a', 'a'>>()
    expectTypeOf(start.host('a').ns('x').ip('auto').veth()).toEqualTypeOf<
      NamespacePlan<'a' | 'a/x', 'a'>
    >()
  })

  test('of two hosts with one namespace name need the host', () => {
    const two = net.host('a').ns('demo01').host('b').ns('demo01').ns('only')
    expectTypeOf<NsName<PlacesOf<typeof two>>>().toEqualTypeOf<
      'a/demo01' | 'b/demo01' | 'b/only' | 'only'
    >()
    expectTypeOf(two.at('a/demo01')).toEqualTypeOf<
      NamespacePlan<'a' | 'a/demo01' | 'b' | 'b/demo01' | 'b/only', 'a'>
    >()
    two.at('only').routeTo('a/demo01')
    // @ts-expect-error which one?
    two.at('demo01')
    const up = two.up()
    // @ts-expect-error which one?
    up.then((running) => running.ns('demo01'))
    up.then((running) => [running.ns('b/demo01'), running.host('a').ns('demo01')])
  })
})

describe('the cursor', () => {
  test('on a host there are no calls of a namespace', () => {
    // @ts-expect-error a host is no router of the plan's
    net.host().router()
    // @ts-expect-error a link goes from a namespace
    net.host().ns('a').host('host').link('a')
    // @ts-expect-error so does a port
    net.host().bridge('br0').attach('br0')
    // @ts-expect-error its routes are its own
    net.host().route('default', { via: '10.0.1.1' })
    // @ts-expect-error its rules too
    net.host().rule({ table: 5 })
    // @ts-expect-error and its settings
    net.host().sysctl('net.ipv4.ip_forward', 1)
    // @ts-expect-error a pool is no host
    net.pool('10.50.0.0/16').bridge('br0')
    // @ts-expect-error an address belongs to a namespace
    net.host().ip('10.0.1.2/24')
    // @ts-expect-error so does a pair
    net.host().veth()
    // @ts-expect-error the plan that was read stands on no host
    net.parse('').ns('a')
  })

  test('stays where it is through every other call', () => {
    const at = net.host('a').ns('n')
    type At = typeof at
    expectTypeOf(at.ip('10.0.1.2/24', 'fd00::2/64')).toEqualTypeOf<At>()
    expectTypeOf(at.veth({ hostEnd: 'x' })).toEqualTypeOf<At>()
    expectTypeOf(at.routeBothWays()).toEqualTypeOf<At>()
    expectTypeOf(at.allowForward({ direction: 'in' })).toEqualTypeOf<At>()
    expectTypeOf(at.masquerade()).toEqualTypeOf<At>()
    expectTypeOf(at.masquerade({ via: 'eth0' })).toEqualTypeOf<At>()
    expectTypeOf(at.publish('8080:80', '53/udp')).toEqualTypeOf<At>()
    expectTypeOf(at.allow({ from: 'n', to: '10.0.0.0/8', port: [80, '90-99'] })).toEqualTypeOf<At>()
    expectTypeOf(at.deny()).toEqualTypeOf<At>()
    expectTypeOf(at.policy('deny', { hooks: ['output'] })).toEqualTypeOf<At>()
    expectTypeOf(lab.deny({ from: ['demo01', 'node03', 'fd00::/8'] })).toEqualTypeOf<typeof lab>()
    expectTypeOf(at.named('lab')).toEqualTypeOf<At>()
    expectTypeOf(lab.routeTo('demo01')).toEqualTypeOf<typeof lab>()
    expectTypeOf(lab.bridge('br0', { ip: 'auto', stp: true })).toEqualTypeOf<typeof lab>()
    expectTypeOf(at.bridge('br0')).toEqualTypeOf<At>()
    expectTypeOf(at.attach('br0', { mtu: 9000, nsEnd: 'x' })).toEqualTypeOf<At>()
    expectTypeOf(at.router()).toEqualTypeOf<At>()
    expectTypeOf(at.route('default', { via: '10.0.1.1' })).toEqualTypeOf<At>()
    expectTypeOf(at.rule({ table: 100, from: '10.0.1.0/24' })).toEqualTypeOf<At>()
    expectTypeOf(at.sysctl('net.ipv4.ip_forward', 1)).toEqualTypeOf<At>()
    const two = at.ns('m')
    expectTypeOf(two.link('n', { ip: 'auto' })).toEqualTypeOf<typeof two>()
    expectTypeOf(two.link('a/n')).toEqualTypeOf<typeof two>()
  })

  test('comes back to a host by its name', () => {
    const back = lab.host('node03').ns('demo03')
    expectTypeOf(back).toEqualTypeOf<NamespacePlan<Places | 'node03/demo03', 'node03'>>()
  })
})

describe('arguments', () => {
  const at = net.host().ns('a')
  test('that are wrong do not compile', () => {
    // @ts-expect-error at least one address
    at.ip()
    // @ts-expect-error a number is no address
    at.ip(24)
    // @ts-expect-error not a direction
    at.allowForward({ direction: 'sideways' })
    // @ts-expect-error a misspelt option
    at.allowForward({ directions: 'in' })
    // @ts-expect-error a name of an interface
    at.masquerade({ via: 5 })
    // @ts-expect-error at least one port
    at.publish()
    // @ts-expect-error a number is no text
    at.publish(8080)
    // @ts-expect-error nobody of the plan
    at.allow({ from: 'b' })
    // @ts-expect-error not a protocol
    at.deny({ protocol: 'http' })
    // @ts-expect-error a policy is one of two
    at.policy('drop')
    // @ts-expect-error a misspelt option
    net.host('h', { adress: '192.0.2.1/24' })
    // @ts-expect-error a function is needed
    net.host().each(3)
  })

  test('of the calls for switches, links and routers', () => {
    // @ts-expect-error a switch has a name
    at.bridge()
    // @ts-expect-error a misspelt option
    at.bridge('br0', { ips: '10.0.1.1/24' })
    // @ts-expect-error on or off
    at.bridge('br0', { stp: 'yes' })
    // @ts-expect-error which switch?
    at.attach()
    // @ts-expect-error a port is isolated by its switch
    at.attach('br0', { isolated: true })
    // @ts-expect-error a number
    at.veth({ mtu: '1500' })
    // @ts-expect-error one end has no address
    at.link('a', { ip: ['10.0.1.1/30'] })
    // @ts-expect-error two addresses, or auto
    at.link('a', { ip: '10.0.1.1/30' })
    // @ts-expect-error it has two ends, and each has its name
    at.link('a', { hostEnd: 'x' })
    // @ts-expect-error by what?
    at.route('default')
    // @ts-expect-error a misspelt option
    at.route('default', { gateway: '10.0.1.1' })
    // @ts-expect-error no type of route
    at.route('default', { type: 'throw' })
    // @ts-expect-error tables have numbers
    at.route('default', { via: '10.0.1.1', table: 'main' })
    // @ts-expect-error a rule asks a table
    at.rule({ from: '10.0.1.0/24' })
    // @ts-expect-error 4 or 6
    at.rule({ table: 5, family: 46 })
    // @ts-expect-error router() takes nothing
    at.router({ family: 4 })
    // @ts-expect-error a setting has a value
    at.sysctl('net.ipv4.ip_forward')
    // @ts-expect-error as a number
    at.sysctl('net.ipv4.ip_forward', true)
    // @ts-expect-error a network
    net.pool()
    // @ts-expect-error a misspelt option
    net.pool('10.50.0.0/16', { prefx: 24 })
  })

  test('of options may be undefined, for those who pass on what they may not have', () => {
    const maybe = undefined as string | undefined
    const signal = undefined as AbortSignal | undefined
    const direction = undefined as 'in' | undefined
    net.host('h', { address: maybe, device: maybe, ssh: maybe })
    at.veth({ hostEnd: maybe, nsEnd: maybe }).allowForward({ direction })
    const n = undefined as number | undefined
    const yes = undefined as boolean | undefined
    at.bridge('br0', { ip: maybe, stp: yes, isolated: yes, mtu: n, mac: maybe })
    at.attach('br0', { mtu: n, txQueueLen: n, mac: maybe, hostMac: maybe })
    at.link('a', { ip: undefined, device: maybe, peerDevice: maybe, mac: maybe, peerMac: maybe })
    at.route('::/0', { via: maybe, dev: maybe, metric: n, table: n, onlink: yes, type: undefined })
    at.rule({
      from: maybe,
      to: maybe,
      fwmark: n,
      iif: maybe,
      table: 5,
      priority: n,
      family: undefined,
    })
    net.pool('10.50.0.0/16', { prefix: n, prefix6: n })
    at.up({
      signal,
      timeoutMs: undefined,
      lockTimeoutMs: undefined,
      onProgress: undefined,
      sandbox: undefined,
    })
    at.toBash({ host: undefined })
  })
})

describe('the four forms of a loop', () => {
  const cidr = '10.0.1.2/24'

  test('let, with what the first value knows', () => {
    let plan = net.host('a')
    for (let i = 0; i < 3; i++) plan = plan.ns(`ns${i}`).ip(cidr).veth()
    expectTypeOf(plan).toEqualTypeOf<HostPlan<'a', 'a'>>()
    // @ts-expect-error safe, but surprising: the names of the loop are not known
    plan.at('ns0')
  })

  test('let with HostPlan: any name is taken, and checked when it runs', () => {
    let plan: HostPlan = net.host('a')
    for (let i = 0; i < 3; i++) plan = plan.ns(`ns${i}`).ip(cidr).veth().routeBothWays()
    plan.at('ns0')
    plan.routeTo('anything')
    expectTypeOf(plan.up()).resolves.toEqualTypeOf<Running<string>>()
    let hosts: Plan = net.host('a')
    for (const name of ['b', 'c']) hosts = hosts.host(name).ns(`${name}1`).ip(cidr).veth()
    expectTypeOf(hosts).toEqualTypeOf<Plan>()
  })

  test('reduce', () => {
    const plan = ['x', 'y'].reduce((p, name) => p.ns(name).veth(), net.host('a'))
    expectTypeOf(plan).toEqualTypeOf<HostPlan<'a', 'a'>>()
  })

  test('each, which knows the names by their pattern', () => {
    const plan = net.host('a').each(100, (host, i) => host.ns(`demo${i}`).ip(cidr).veth())
    expectTypeOf(plan).toEqualTypeOf<HostPlan<'a' | `a/demo${number}`, 'a'>>()
    plan.at('demo7')
    plan.at('a/demo7')
    // @ts-expect-error not of the pattern
    plan.at('web7')
    // @ts-expect-error after a loop the cursor is on the host
    plan.ip(cidr)

    const literals = net.host('a').each(['web', 'db'] as const, (host, name, index) => {
      expectTypeOf(name).toEqualTypeOf<'web' | 'db'>()
      expectTypeOf(index).toEqualTypeOf<number>()
      return host.ns(name)
    })
    expectTypeOf(literals).toEqualTypeOf<HostPlan<'a' | 'a/web' | 'a/db', 'a'>>()
    // @ts-expect-error neither web nor db
    literals.at('mail')

    // @ts-expect-error the function gives the plan back
    net.host('a').each(2, (host) => void host.ns('x'))
  })
})

describe('a loop with switches and links', () => {
  test('each, with what it finds on the host', () => {
    const plan = net
      .pool('10.50.0.0/16')
      .host('a')
      .bridge('br0', { ip: 'auto' })
      .ns('core')
      .router()
      .each(3, (host, i) =>
        host.ns(`n${i}`).ip('auto').attach('br0').link('core', { ip: 'auto' }).router(),
      )
      .each(['x', 'y'] as const, (host, name) => host.ns(name).link('core').link('n0'))
    type Places = 'a' | 'a/core' | `a/n${number}` | 'a/x' | 'a/y'
    expectTypeOf(plan).toEqualTypeOf<HostPlan<Places, 'a'>>()
    plan.at('x').link('n2')
    // @ts-expect-error neither x nor y
    plan.at('x').link('z')
  })

  test('let with HostPlan, and a part of the user', () => {
    let plan: HostPlan = net.host('a').bridge('br0')
    for (let i = 0; i < 3; i++)
      plan = plan
        .ns(`n${i}`)
        .ip('auto')
        .attach('br0')
        .link(`n${i - 1}`)
    expectTypeOf(plan).toEqualTypeOf<HostPlan>()
    const routed = <C extends NamespacePlan>(at: C) => at.router().rule({ table: 5 })
    expectTypeOf(net.host('a').ns('r').use(routed)).toEqualTypeOf<NamespacePlan<'a' | 'a/r', 'a'>>()
  })
})

describe('parts of the user', () => {
  test('keep names and cursor of the plan that they are given', () => {
    const webServer =
      (port: number) =>
      <C extends NamespacePlan>(ns: C) =>
        ns.ip(`10.0.${port}.2/24`).veth()
    const plan = net.host('a').ns('web').use(webServer(80)).allowForward()
    expectTypeOf(plan).toEqualTypeOf<NamespacePlan<'a' | 'a/web', 'a'>>()
  })

  test('may add names, also one that is a parameter', () => {
    const pair = <P extends string, H extends string>(host: HostPlan<P, H>) =>
      host.ns('left').veth().ns('right').veth()
    const plan = net.host('a').use(pair)
    expectTypeOf(plan).toEqualTypeOf<NamespacePlan<'a' | 'a/left' | 'a/right', 'a'>>()
    const one = <P extends string, H extends string, const S extends string>(
      host: HostPlan<P, H>,
      name: S,
    ) => host.ns(name)
    expectTypeOf(one(net.host('a'), 'x')).toEqualTypeOf<NamespacePlan<'a' | 'a/x', 'a'>>()
  })

  test('may give anything', () => {
    expectTypeOf(net.host().use((plan) => plan.commands().length)).toEqualTypeOf<number>()
  })
})

describe('a plan that was read', () => {
  test('has names that are not known, or those that it must have', () => {
    expectTypeOf(net.parse('')).toEqualTypeOf<Plan>()
    net.parse('').at('anything')
    const known = net.parse('', { places: ['a', 'a/x'] })
    expectTypeOf(known).toEqualTypeOf<Plan<'a' | 'a/x'>>()
    known.at('x')
    // @ts-expect-error not among the places
    known.at('y')
    expectTypeOf(net.parse(lab)).toEqualTypeOf<Plan>()
  })

  test('is a plan or an error in safeParse', () => {
    const result = net.safeParse('')
    // @ts-expect-error it may have failed
    result.plan
    if (result.success) expectTypeOf(result.plan).toEqualTypeOf<Plan>()
    else expectTypeOf(result.error.code).toBeString()
  })
})

/*
 * The RULE of src/chain/types.ts: P stands only in the checked place of a conditional type, and in methods. Where
 * that is broken, P becomes invariant: these assignments fail, and with them the loops above.
 */
describe('a plan that knows its names is a plan', () => {
  test('in each of its faces', () => {
    expectTypeOf<Plan<'a'>>().toExtend<Plan>()
    expectTypeOf<HostPlan<'a' | 'a/x', 'a'>>().toExtend<HostPlan>()
    expectTypeOf<NamespacePlan<'a' | 'a/x', 'a'>>().toExtend<NamespacePlan>()
    expectTypeOf<NamespacePlan<'a' | 'a/x', 'a'>>().toExtend<Plan>()
    expectTypeOf<Running<'a' | 'a/x'>>().toExtend<Running>()
    expectTypeOf<HostPlan<'a' | `a/demo${number}`, 'a'>>().toExtend<HostPlan>()
  })

  test('also with more names than are asked for', () => {
    expectTypeOf<Plan<'a' | 'a/x' | 'b'>>().toExtend<Plan<'a' | 'a/x'>>()
    expectTypeOf<Running<'a' | 'a/x' | 'b'>>().toExtend<Running<'a' | 'a/x'>>()
  })

  test('but not with wholly other ones', () => {
    expectTypeOf<Plan<'b' | 'b/y'>>().not.toExtend<Plan<'a' | 'a/x'>>()
  })
})
