import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'

const base = net
  .host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
  .ns('demo01')
  .ip('10.0.1.2/24')
  .veth('vethhost01', 'vethdemo01')
  .routeBothWays()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
const oneWay = base
  .at('demo01')
  .allowForward({ direction: 'out' })
  .at('demo02')
  .allowForward({ direction: 'in' })
const open = base.at('demo01').allowForward().at('demo02').allowForward()

const NOTE =
  '  note: from the plan alone: the hosts are taken as a kernel begins, with the policy of FORWARD drop (assume: { forwardPolicy } says otherwise)'

/** What an answer says, without its mends, which have tests of their own. */
const said = (answer: unknown) =>
  String(answer)
    .split('\n')
    .filter((line) => !/^ {2}mend: |^ {8}/.test(line))

describe('an answer, as text', () => {
  test('of a packet that arrives', () => {
    expect(said(open.explain('demo01', 'demo02'))).toEqual([
      'icmp from node03/demo01 (10.0.1.2) to 10.0.2.2: delivered, and answered',
      '  there: node03/demo01 (vethdemo01) > node03 (vethhost01 -> vethhost02) > node03/demo02 (vethdemo02)',
      '  back:  node03/demo02 (vethdemo02) > node03 (vethhost02 -> vethhost01) > node03/demo01 (vethdemo01)',
      NOTE,
    ])
  })

  test('of one that is lost, with what would stop it next', () => {
    const lines = said(base.explain('demo01', 'demo02', { protocol: 'tcp', port: 80 }))
    expect(lines.slice(0, 3)).toEqual([
      'tcp from node03/demo01 (10.0.1.2) to 10.0.2.2 port 80: lost at node03, ROUTE_LOOKUP',
      '  FORWARDING_DISABLED: node03 does not forward what comes by vethhost01: net.ipv4.ip_forward is 0 (as a kernel begins)',
      '  next: FILTER_POLICY_DROP: node03 drops it in filter FORWARD: policy drop',
    ])
    expect(lines).toContain(
      '  there: node03/demo01 (vethdemo01) > node03 (vethhost01 -> vethhost02) x',
    )
    expect(lines.at(-1)).toBe(
      '  note: that something listens on port 80 of node03/demo02 is taken for granted',
    )
  })

  test('of a reply that is lost', () => {
    const lines = said(oneWay.explain('demo01', 'demo02'))
    expect(lines.slice(0, 2)).toEqual([
      'icmp from node03/demo01 (10.0.1.2) to 10.0.2.2: delivered, but the reply is lost at node03, FORWARD',
      "  REPLY_NOT_ESTABLISHED: node03 drops the reply in filter FORWARD: policy drop (not the lab's)",
    ])
    expect(lines).toContain(
      '  back:  node03/demo02 (vethdemo02) > node03 (vethhost02 -> vethhost01) x',
    )
  })

  test('of what a plan cannot tell', () => {
    expect(said(open.explain('demo01', '192.0.2.1')).slice(0, 2)).toEqual([
      'icmp from node03/demo01 (10.0.1.2) to 192.0.2.1: cannot be told',
      '  UNDETERMINED_OUTSIDE: node03 may have a route to 192.0.2.1 which the plan does not know',
    ])
  })

  test('has no colours where it is not for a terminal', () => {
    expect(String(base.explain('demo01', 'demo02'))).not.toContain('\u001b')
  })
})

describe('an answer, as data', () => {
  test('has the disposition of the way on which the packet is lost first', () => {
    const of = (from: 'demo01', to: 'demo02' | '192.0.2.1', plan: typeof open) => {
      const { disposition, forward, return: back } = plan.explain(from, to)
      return [disposition, forward.disposition, back?.disposition]
    }
    expect(of('demo01', 'demo02', open)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED'])
    expect(of('demo01', 'demo02', oneWay)).toEqual(['DENIED_FORWARD', 'ACCEPTED', 'DENIED_FORWARD'])
    expect(of('demo01', 'demo02', base)[0]).toBe('DENIED_FORWARD')
    const noPing = net.host().ns('a').ip('10.0.1.2/24').veth().ns('b').ip('10.0.2.2/24').veth()
    const { disposition, forward } = noPing.explain('a', 'b')
    expect([disposition, forward.disposition]).toEqual(['NO_ROUTE', 'NO_ROUTE'])
    expect(of('demo01', '192.0.2.1', open)).toEqual([
      'INSUFFICIENT_INFO',
      'INSUFFICIENT_INFO',
      undefined,
    ])
  })

  test('is the same each time, and is all of JSON', () => {
    const [one, two] = [base, base].map((plan) => JSON.stringify(plan.explain('demo01', 'demo02')))
    expect(one).toBe(two)
    expect(Object.keys(JSON.parse(one ?? ''))).toEqual([
      ...['mode', 'flow', 'reachability', 'disposition', 'lostAt', 'cause', 'contributing'],
      ...['forward', 'return', 'caveats', 'coverage'],
    ])
  })

  test('numbers its steps, and marks the one at which the packet is lost', () => {
    const { forward, return: back, lostAt, disposition } = oneWay.explain('demo01', 'demo02')
    const steps = [forward, back].flatMap((trace) => trace?.hops.flatMap((hop) => hop.steps) ?? [])
    expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, i) => i + 1))
    expect(lostAt?.direction).toBe('return')
    expect(disposition).toBe('DENIED_FORWARD')
    const lost = back?.hops[lostAt?.hop ?? 0]?.steps[lostAt?.step ?? 0]
    expect(lost).toMatchObject({
      causesDrop: true,
      action: 'DENIED',
      stage: 'FORWARD',
      isPolicy: true,
    })
    expect(steps.filter(({ causesDrop }) => causesDrop)).toEqual([lost])
  })
})

test('an answer, as a diagram, ends at the place of the loss', () => {
  expect(oneWay.explain('demo01', 'demo02').toMermaid().split('\n')).toEqual([
    'flowchart LR',
    '  f0["node03/demo01"]',
    '  f1["node03"]',
    '  f0 -->|"vethdemo01 - vethhost01"| f1',
    '  f2["node03/demo02"]',
    '  f1 -->|"vethhost02 - vethdemo02"| f2',
    '  r0["node03/demo02"]',
    '  r1["node03"]',
    '  r0 -->|"vethdemo02 - vethhost02"| r1',
    '  rx{{"REPLY_NOT_ESTABLISHED: FORWARD"}}',
    '  r1 --x rx',
    '  class rx lost',
    '  f2 -.->|"reply"| r0',
    '  q>"icmp 10.0.1.2 to 10.0.2.2"]',
    '  q -.- f0',
    '  classDef lost fill:#fdd,stroke:#c00',
  ])
})

test('an answer for a terminal has colours, unless they are not wanted', () => {
  const { isTTY } = process.stdout
  const NO_COLOR = process.env['NO_COLOR']
  const coloured = () => String(base.explain('demo01', 'demo02')).includes('\u001b[31m')
  try {
    process.stdout.isTTY = true
    delete process.env['NO_COLOR']
    expect(coloured()).toBe(true)
    process.env['NO_COLOR'] = '1'
    expect(coloured()).toBe(false)
  } finally {
    process.stdout.isTTY = isTTY
    if (NO_COLOR === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = NO_COLOR
  }
})
