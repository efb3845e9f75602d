import { NetloomError, shown } from '../errors.js'
import { explainPlan } from '../explain/explain.js'
import type { Explanation, StaticExplainOptions, Unreachable } from '../explain/types.js'
import { unreachable } from '../explain/unreachable.js'
import { placeName } from '../ip/names.js'
import { readOptions } from '../options.js'
import { diffOf, type PlanDiff } from '../plan/diff.js'
import { drawingOf } from '../plan/draw.js'
import { labName } from '../plan/lab.js'
import { Line, type Link } from '../plan/line.js'
import { routeAll } from '../plan/route-all.js'
import { canonical, type PlanJson } from '../plan/schema.js'
import { stepsOf } from '../plan/steps.js'
import type { Preview } from '../run/preview-types.js'
import type { Runner } from '../run/runner.js'
import type { DownOptions, PreviewOptions, RunOptions, Status, UpOptions } from '../run/types.js'
import { toBash } from '../script/bash.js'
import { faceOf, type Step } from '../step/step.js'
import { ip } from './addresses.js'
import { callText } from './call.js'
import type {
  AttachOptions,
  BridgeOptions,
  DnsOptions,
  FilterOptions,
  ForwardOptions,
  HostOptions,
  LinkOptions,
  MasqueradeOptions,
  PolicyOptions,
  RouteOptions,
  RuleOptions,
  VethOptions,
} from './call-options.js'
import { policy, rules, type Spot, withGates } from './firewall.js'
import { bridge, findNamespace, namespace, readHost, routeTo } from './host.js'
import type { At } from './inside.js'
import { attach, link, veth } from './links.js'
import { keepAllSources, masquerade } from './masquerade.js'
import { dns, hosts } from './names.js'
import { allowForward, routeBothWays } from './namespace.js'
import { bashOptions } from './options.js'
import { publish } from './publish.js'
import { route, router, rule, sysctl } from './routing.js'
import { labOf, running } from './running.js'
import type { Running } from './running-types.js'
import type { HostPlan, NamespacePlan, Plan } from './types.js'

interface Cursor {
  readonly host?: string
  readonly namespace?: string
}

/** The one class behind the faces of the chain: a position on a line, and a cursor. */
export class Chain implements NamespacePlan {
  readonly #runner: Runner
  readonly #cursor: Cursor
  readonly #count: number
  #line: Line

  constructor(runner: Runner, line: Line = new Line(), cursor: Cursor = {}) {
    this.#runner = runner
    this.#line = line
    this.#count = line.length
    this.#cursor = cursor
    Object.freeze(this)
  }

  /** The line, ending at this very value. */
  #ownLine(): Line {
    if (this.#line.length !== this.#count) this.#line = this.#line.fork(this.#count)
    return this.#line
  }

  #move(cursor: Cursor): Chain {
    return new Chain(this.#runner, this.#ownLine(), cursor)
  }

  #with(link: Link, cursor: Cursor = this.#cursor): this {
    const line = this.#ownLine()
    line.add(withGates(line, link))
    return new Chain(this.#runner, line, cursor) as this
  }

  #host(call: string): string {
    if (this.#cursor.host !== undefined) return this.#cursor.host
    throw new NetloomError('BAD_ARGUMENT', `${call} needs a host`, {
      hint: `Call .host('name') before it.`,
    })
  }

  #at(call: string): At {
    const host = this.#host(call)
    const { namespace } = this.#cursor
    if (namespace !== undefined) return { line: this.#ownLine(), host, namespace }
    throw new NetloomError('BAD_ARGUMENT', `${call} needs a namespace`, {
      hint: `Call .ns('demo01') or .at('demo01') before it.`,
    })
  }

  #spot(call: string): Spot {
    return { line: this.#ownLine(), host: this.#host(call), namespace: this.#cursor.namespace }
  }

  named(name: string): this {
    return this.#with({ name: placeName('lab', name) })
  }

  routeAll(): this {
    // what only the whole plan can tell is told first: a network behind two routers has no way
    this.#plan()
    const { ledger } = this.#ownLine()
    const routes = routeAll(ledger)
    return this.#with({ resources: [...routes, ...keepAllSources(ledger, routes)] })
  }

  hosts(): this {
    // an address that waits for its link is told, and not left away
    this.#plan()
    return this.#with({ resources: hosts(this.#ownLine().ledger) })
  }

  // The types of names live on the faces (types.ts); here a name is a string.
  host(name: string, options?: HostOptions): HostPlan<never, never> {
    const moved = { host: name }
    if (options === undefined && this.#ownLine().ledger.hosts.has(name)) {
      return this.#move(moved) as unknown as HostPlan<never, never>
    }
    return this.#with({ host: readHost(name, options) }, moved) as unknown as HostPlan<never, never>
  }

  at(name: string): NamespacePlan<never, never> {
    const found = findNamespace(this.#ownLine(), name)
    return this.#move(found) as unknown as NamespacePlan<never, never>
  }

  use<R>(part: (plan: this) => R): R {
    checkFunction('use()', part)
    return part(this)
  }

  ns(name: string): NamespacePlan<never, never> {
    const host = this.#host(callText('ns', []))
    const cursor = { host, namespace: name }
    return this.#with(namespace(host, name), cursor) as unknown as NamespacePlan<never, never>
  }

  bridge(name: string, options?: BridgeOptions): this {
    return this.#with(bridge(this.#ownLine(), this.#host('bridge()'), name, options))
  }

  allow(rule?: FilterOptions): this {
    return this.#with(rules(this.#spot('allow()'), 'allow', rule))
  }

  deny(rule?: FilterOptions): this {
    return this.#with(rules(this.#spot('deny()'), 'deny', rule))
  }

  policy(verdict: 'allow' | 'deny', options?: PolicyOptions): this {
    return this.#with(policy(this.#spot('policy()'), verdict, options))
  }

  routeTo(...names: string[]): this {
    return this.#with(routeTo(this.#ownLine(), this.#host('routeTo()'), names))
  }

  each<R extends Plan, T = number>(
    items: number | Iterable<T>,
    part: (host: this, item: T, index: number) => R,
  ): HostPlan<never, never> {
    const cursor = { host: this.#host('each()') }
    checkFunction('each()', part)
    let at = this.#move(cursor)
    let index = 0
    for (const item of eachItem(items)) {
      const made: unknown = part(at as this, item as T, index++)
      if (!(made instanceof Chain) || !made.#ownLine().begins(at.#line, at.#count)) {
        throw new NetloomError(
          'BAD_ARGUMENT',
          `the function of each() gave ${made instanceof Chain ? 'another plan' : shown(made)}, not the plan that it was given, continued`,
          {
            value: made,
            hint: 'Return what the chain gives: each(names, (host, name) => host.ns(name)).',
          },
        )
      }
      at = made.#move(cursor)
    }
    return at as unknown as HostPlan<never, never>
  }

  ip(...cidrs: [string, ...string[]]): this {
    return this.#with(ip(this.#at('ip()'), cidrs))
  }

  veth(hostEnd?: string | VethOptions, nsEnd?: string): this {
    return this.#with(veth(this.#at('veth()'), hostEnd, nsEnd))
  }

  attach(bridge: string, options?: AttachOptions): this {
    return this.#with(attach(this.#at('attach()'), bridge, options))
  }

  link(other: string, options?: LinkOptions): this {
    return this.#with(link(this.#at('link()'), other, options))
  }

  router(): this {
    return this.#with(router(this.#at('router()')))
  }

  route(to: string, options: RouteOptions): this {
    return this.#with(route(this.#at('route()'), to, options))
  }

  rule(options: RuleOptions): this {
    return this.#with(rule(this.#at('rule()'), options))
  }

  sysctl(name: string, value: string | number): this {
    return this.#with(sysctl(this.#at('sysctl()'), name, value))
  }

  dns(servers: string | readonly string[], options?: DnsOptions): this {
    return this.#with(dns(this.#at('dns()'), servers, options))
  }

  routeBothWays(): this {
    return this.#with(routeBothWays(this.#at('routeBothWays()')))
  }

  allowForward(options?: ForwardOptions): this {
    return this.#with(allowForward(this.#at('allowForward()'), options))
  }

  masquerade(options?: MasqueradeOptions): this {
    return this.#with(masquerade(this.#at('masquerade()'), options))
  }

  publish(...ports: [string, ...string[]]): this {
    return this.#with(publish(this.#at('publish()'), ports))
  }

  #plan(): PlanJson {
    return this.#ownLine().fold()
  }

  commands(): readonly Step[] {
    return stepsOf(this.#plan()).map((step) => Object.freeze(faceOf(step)))
  }

  toJSON(): PlanJson {
    return canonical(this.#plan())
  }

  toBash(options?: { readonly host?: string | undefined }): string {
    const { host } = readOptions('toBash()', bashOptions, options)
    return toBash(this.#plan(), host)
  }

  explain(from: string, to: string, options?: StaticExplainOptions): Explanation {
    return explainPlan(this.#plan(), from, to, options)
  }

  unreachable(): readonly Unreachable[] {
    return unreachable(this.#plan())
  }

  diff(other: Plan): PlanDiff {
    if (other instanceof Chain) return diffOf(this.#plan(), other.#plan())
    throw new NetloomError('BAD_ARGUMENT', `diff() takes a plan, not ${shown(other)}`, {
      value: other,
      hint: 'JSON is a plan behind net.parse().',
    })
  }

  toMermaid(): string {
    return drawingOf(this.#plan()).toMermaid()
  }

  async up(options: UpOptions = {}): Promise<Running<never>> {
    const lab = await this.#runner.up(this.#plan(), options, labOf(options.into))
    return running(this.#runner, lab)
  }

  async down(options: DownOptions = {}): Promise<void> {
    await this.#runner.down(this.#plan(), options)
  }

  async preview(options: PreviewOptions = {}): Promise<Preview> {
    return this.#runner.preview(this.#plan(), options)
  }

  async status(options: RunOptions = {}): Promise<Status[]> {
    return this.#runner.status(this.#plan(), options)
  }

  /** What a person sees who prints a plan. */
  toString(): string {
    const plan = this.#plan()
    return `netloom plan ${labName(plan)}: ${plan.hosts.length} host(s), ${plan.resources.length} resource(s)`
  }
}

function checkFunction(call: string, part: unknown): void {
  if (typeof part === 'function') return
  throw new NetloomError('BAD_ARGUMENT', `${call} needs a function, not ${shown(part)}`, {
    value: part,
    hint: 'Give a function that takes the plan and returns it, continued.',
  })
}

function* eachItem<T>(items: number | Iterable<T>): Iterable<T | number> {
  const hint = 'Give a whole number from 0 up, or something that can be iterated.'
  if (typeof items !== 'number') {
    if (typeof (items as Iterable<T> | null)?.[Symbol.iterator] !== 'function') {
      throw new NetloomError('BAD_ARGUMENT', `each() cannot iterate ${shown(items)}`, {
        value: items,
        hint,
      })
    }
    yield* items
    return
  }
  if (!Number.isInteger(items) || items < 0) {
    throw new NetloomError('BAD_ARGUMENT', `each() repeats ${items} times`, { value: items, hint })
  }
  for (let i = 0; i < items; i++) yield i
}
