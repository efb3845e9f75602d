import { describe, expect, test } from 'vitest'
import { pass } from '../../../../src/explain/netfilter/pass.js'
import type { AtHook } from '../../../../src/explain/netfilter/types.js'
import type { RulePart, Table } from '../../../../src/state/firewall.js'
import { accept, at, base, chain, drop, maybe, never, packet, ping6, table } from './state.js'

const outcomeOf = (...rules: readonly (readonly RulePart[])[]) =>
  pass(at([table('inet', base('forward', {}, ...rules))])).outcome

const TCP: RulePart = { match: 'protocol', protocols: ['tcp'] }
const mark = (value: number): RulePart => ({ act: 'mark', value, mask: 0xffffffff })
const isMarked = (value: number): RulePart => ({
  match: 'mark',
  values: [[value, value]],
  mask: 0xffffffff,
})

describe('chains', () => {
  test('a rule that nothing follows is named, and so is the policy', () => {
    const inet = table('inet', base('forward', { policy: 'drop' }, [never, accept], [TCP, accept]))
    expect(pass(at([inet])).crossings).toMatchObject([
      { outcome: 'accept', rule: { number: 2 }, chain: { name: 'base' }, isPolicy: false },
    ])
    const [crossing] = pass(at([inet], { packet: ping6 })).crossings
    expect(crossing).toMatchObject({ outcome: 'drop', isPolicy: true, chain: { name: 'base' } })
    expect(crossing?.rule).toBeUndefined()
  })

  test('jump comes back, goto does not, and what decides is named with its chain', () => {
    const user = chain('user', [never, drop])
    const of = (act: 'jump' | 'goto') =>
      pass(at([table('inet', user, base('forward', {}, [{ act, chain: 'user' }], [drop]))]))
    expect(of('jump').outcome).toBe('drop')
    expect(of('goto').outcome).toBe('accept')
    const deciding = table(
      'inet',
      chain('user', [drop]),
      base('forward', {}, [{ act: 'jump', chain: 'user' }]),
    )
    expect(pass(at([deciding])).crossings[0]).toMatchObject({
      chain: { name: 'user' },
      base: { name: 'base' },
    })
  })

  test('a jump without end, or to nowhere, cannot be told', () => {
    const loop = table(
      'inet',
      chain('user', [{ act: 'jump', chain: 'user' }]),
      base('forward', {}, [{ act: 'jump', chain: 'user' }]),
    )
    expect(pass(at([loop])).outcome).toBe('unknown')
    expect(outcomeOf([{ act: 'jump', chain: 'gone' }])).toBe('unknown')
  })

  test('reject tells what it answers', () => {
    const inet = table('inet', base('forward', {}, [{ act: 'reject', with: 'tcp-reset' }]))
    expect(pass(at([inet])).crossings[0]).toMatchObject({ outcome: 'reject', answer: 'tcp-reset' })
  })
})

describe('what cannot be told', () => {
  test.each([
    ['decides between two ends', [[maybe, drop]], 'unknown'],
    ['and comes to the same', [[maybe, drop], [drop]], 'drop'],
    ['lost is lost', [[maybe, { act: 'reject', with: 'x' }], [drop]], 'drop'],
    [
      'is no matter where the rule does not hold for another reason',
      [[maybe, never, drop]],
      'accept',
    ],
    ['nor where it has decided before', [[accept], [maybe, drop]], 'accept'],
    ['two of them', [[maybe, accept], [maybe, drop], [accept]], 'unknown'],
    ['two of them that change nothing', [[maybe], [maybe, accept], [maybe, accept]], 'accept'],
    ['a mark that might be set', [[maybe, mark(1)], [isMarked(1), drop], [mark(0)]], 'unknown'],
    ['a mark that is set in either way', [[maybe, mark(1)], [mark(2)]], 'accept'],
    ['an act', [[{ act: 'unknown', text: 'queue' }]], 'unknown'],
    ['an act that is not come to', [[never, { act: 'unknown', text: 'queue' }]], 'accept'],
  ] as const)('%s', (_, rules, outcome) => {
    expect(outcomeOf(...rules)).toBe(outcome)
  })

  test('the rule and the words are named', () => {
    const inet = table('inet', base('forward', {}, [never, drop], [maybe, drop]))
    expect(pass(at([inet])).crossings[0]).toMatchObject({
      outcome: 'unknown',
      rule: { number: 2 },
      unknown: 'limit rate 5/second',
    })
  })

  test('many of them cost little', () => {
    const many = Array.from({ length: 2000 }, (_, i): RulePart[] => [
      maybe,
      mark(i % 5),
      isMarked(9),
      drop,
    ])
    const start = performance.now()
    expect(outcomeOf(...many, [mark(0)])).toBe('accept')
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('where it is not known whether a chain is asked, it matters only if it does something', () => {
    const of = (...rules: readonly (readonly RulePart[])[]) =>
      pass(at([table('inet', base('forward', { doubt: 'why' }, ...rules))])).crossings[0]
    expect(of([accept])).toMatchObject({ outcome: 'accept' })
    expect(of([drop])).toMatchObject({ outcome: 'unknown', unknown: 'why' })
    expect(of([mark(1)])).toMatchObject({ outcome: 'unknown' })
  })
})

describe('several chains', () => {
  test('each is asked by its priority, the later of equals first, also behind one that drops', () => {
    const named = (name: string, priority: number, ...parts: RulePart[]): Table => ({
      ...table('inet', base('forward', { priority }, parts)),
      name,
    })
    const { crossings, outcome } = pass(
      at([
        named('a', 0, drop),
        named('b', -5, accept),
        named('c', 0, { act: 'reject', with: 'x' }),
      ]),
    )
    expect(crossings.map(({ table: { name } }) => name)).toEqual(['b', 'c', 'a'])
    expect(outcome).toBe('reject')
  })

  test('tables of the other family, of bridges and of devices are not asked', () => {
    const of = (family: Table['family'], more: Partial<AtHook> = {}) =>
      pass(at([table(family, base('forward', {}, [drop]))], more)).outcome
    expect([of('ip'), of('ip6'), of('inet'), of('bridge')]).toEqual([
      'drop',
      'accept',
      'drop',
      'accept',
    ])
    expect(of('ip6', { packet: ping6 })).toBe('drop')
    expect([of('bridge', { bridge: true }), of('inet', { bridge: true })]).toEqual([
      'drop',
      'accept',
    ])
  })

  test('at a device those of the device', () => {
    const netdev = table('netdev', base('ingress', { devices: ['ra'] }, [drop]))
    const of = (position: AtHook['position']) =>
      pass(at([netdev], { hook: 'ingress', position })).outcome
    expect(of({ in: 'ra' })).toBe('drop')
    expect(of({ in: 'rb' })).toBe('accept')
    expect(of({ in: 'br', bridgeIn: 'ra' })).toBe('drop')
  })
})

describe('tracking', () => {
  const state = (states: 'new' | 'invalid' | 'untracked'): RulePart => ({
    match: 'state',
    states: [states],
  })
  const of = (priority: number, ...rules: readonly (readonly RulePart[])[]) =>
    pass(at([table('inet', base('prerouting', { priority }, ...rules))], { hook: 'prerouting' }))

  test('before conntrack a packet is invalid, behind it new', () => {
    expect(of(-300, [state('invalid'), drop]).outcome).toBe('drop')
    expect(of(-200, [state('new'), drop]).outcome).toBe('drop')
  })

  test('notrack holds from then on, and comes too late behind conntrack', () => {
    expect(of(-300, [{ act: 'notrack' }], [state('untracked'), drop])).toMatchObject({
      outcome: 'drop',
      tracking: { state: 'untracked' },
    })
    expect(of(-150, [{ act: 'notrack' }]).tracking.state).toBe('new')
  })

  test('at forward a packet has its state whatever the priority is', () => {
    const early = table('inet', base('forward', { priority: -300 }, [state('new'), drop]))
    expect(pass(at([early])).outcome).toBe('drop')
  })

  test('marks go from the packet to the connection and back', () => {
    const inet = table(
      'inet',
      base(
        'forward',
        {},
        [mark(0x35)],
        [{ act: 'saveMark', mark: 0xf0, connectionMark: 0xff }],
        [mark(0)],
        [{ act: 'restoreMark', mark: 0xffffffff, connectionMark: 0x10 }],
      ),
    )
    expect(pass(at([inet]))).toMatchObject({ packet: { mark: 0x10 }, tracking: { mark: 0x30 } })
  })
})

describe('translation', () => {
  const dnat: RulePart = { act: 'dnat', address: '10.0.2.9', port: 8080 }
  const nat = (hook: 'prerouting' | 'postrouting' | 'output', ...parts: RulePart[]) =>
    table('ip', base(hook, { type: 'nat', priority: hook === 'postrouting' ? 100 : -100 }, parts))
  const first = { hook: 'prerouting', position: { in: 'ra' } } as const
  const last = { hook: 'postrouting', position: { in: 'ra', out: 'rb' } } as const

  test('later chains see what was translated, and the flow bears it', () => {
    const filter = table(
      'inet',
      base('prerouting', {}, [{ match: 'destination', networks: ['10.0.2.9'] }, drop]),
    )
    expect(pass(at([nat('prerouting', dnat), filter], first))).toMatchObject({
      outcome: 'drop',
      packet: { destination: '10.0.2.9', destinationPort: 8080 },
      tracking: { translated: { dnat: true, snat: false } },
      translations: [{ how: 'dnat', chain: { name: 'base' }, rule: { number: 1 } }],
    })
  })

  test('a chain of nat is asked where the kernel translates, whatever its own priority is', () => {
    const late = table('ip', base('prerouting', { type: 'nat', priority: -50 }, [dnat]))
    const between = table(
      'inet',
      base('prerouting', { priority: -80 }, [
        { match: 'destination', networks: ['10.0.2.9'] },
        drop,
      ]),
    )
    expect(pass(at([late, between], first)).outcome).toBe('drop')
  })

  test('only the first packet of a flow is shown to chains of nat', () => {
    const known = { ...first, tracking: { state: 'established', mark: 0 } } as const
    expect(pass(at([nat('prerouting', drop, dnat)], known)).crossings).toEqual([])
    expect(
      pass(at([nat('prerouting', dnat)], { ...first, tracking: { state: 'untracked', mark: 0 } }))
        .translations,
    ).toEqual([])
  })

  test('what a flow was translated to before is done without a chain, once', () => {
    const translate = (one: typeof packet) => ({ ...one, ttl: one.ttl - 1 })
    const known = { tracking: { state: 'established', mark: 0 }, translate } as const
    const seen = table(
      'inet',
      base('prerouting', { priority: -150 }, [{ match: 'ttl', values: [[64, 64]] }], [mark(1)]),
      base('prerouting', {}, [{ match: 'ttl', values: [[63, 63]] }, drop]),
    )
    expect(pass(at([seen], { ...first, ...known })).outcome).toBe('drop')
    expect(pass(at([], { ...last, ...known })).packet.ttl).toBe(63)
    expect(pass(at([], { ...known })).packet.ttl).toBe(64)
    const untracked = { ...known, tracking: { state: 'untracked', mark: 0 } } as const
    expect(pass(at([], { ...last, ...untracked })).packet.ttl).toBe(64)
  })

  test('masquerade takes the address beside the next hop, else the first of the link', () => {
    const of = (via?: string) =>
      pass(
        at([nat('postrouting', { act: 'masquerade' })], { ...last, position: { out: 'rb', via } }),
      ).packet.source
    expect([of(), of('10.0.9.7'), of('192.0.2.1')]).toEqual(['10.0.2.1', '10.0.9.1', '10.0.2.1'])
  })

  test('redirect takes the first address of the link, or the loopback where the packet begins', () => {
    const redirect: RulePart = { act: 'redirect', port: 22 }
    expect(pass(at([nat('prerouting', redirect)], first)).packet).toMatchObject({
      destination: '10.0.1.1',
      destinationPort: 22,
    })
    expect(
      pass(at([nat('output', redirect)], { hook: 'output', position: { out: 'rb' } })).packet
        .destination,
    ).toBe('127.0.0.1')
    expect(
      pass(at([nat('prerouting', redirect)], { ...first, position: { in: 'none' } })).outcome,
    ).toBe('drop')
  })

  test('an address of the other family translates nothing', () => {
    const both = table(
      'inet',
      base(
        'prerouting',
        { type: 'nat', priority: -100 },
        [{ act: 'dnat', address: 'fd00::9' }],
        [dnat],
      ),
    )
    expect(pass(at([both], first)).packet.destination).toBe('10.0.2.9')
  })

  test('a translation to the same is none', () => {
    const same: RulePart = { act: 'snat', address: packet.source }
    const { translations, tracking } = pass(
      at([nat('postrouting', same), nat('postrouting', { act: 'masquerade' })], last),
    )
    expect(translations).toMatchObject([{ rule: { number: 1 } }])
    expect(tracking.translated).toMatchObject({ snat: true })
    const alone = pass(at([nat('postrouting', same)], last))
    expect(alone.translations).toEqual([])
    expect(alone.tracking.translated).toBeUndefined()
  })

  test('chains of nat alone, without a rule that translates, are not asked', () => {
    expect(pass(at([nat('prerouting', drop)], first)).crossings).toEqual([])
    expect(
      pass(at([nat('prerouting', { match: 'state', states: ['new'] }, drop)], first)).outcome,
    ).toBe('drop')
  })
})
