import { expect, test } from 'vitest'
import type { RulePart } from '../../../src/state/firewall.js'
import { iptablesWords } from '../../../src/state/iptables-words.js'

const line = (...parts: RulePart[]) => iptablesWords(parts, 'm').join(' ')

test('matches stand in the order of iptables-save, however they were told', () => {
  expect(
    line(
      { match: 'protocol', protocols: ['tcp'] },
      { match: 'destinationType', types: ['local'] },
      { match: 'destinationPort', ports: [[80, 90]] },
      { match: 'state', states: ['established', 'related', 'new'] },
      { match: 'out', links: ['b'], not: true },
      { match: 'in', links: ['a'] },
      { match: 'destination', networks: ['10.0.0.2/32'] },
      { match: 'source', networks: ['10.0.0.1/32'], not: true },
      { act: 'drop' },
    ),
  ).toBe(
    '! -s 10.0.0.1/32 -d 10.0.0.2/32 -i a ! -o b -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 80:90 -m conntrack --ctstate NEW,RELATED,ESTABLISHED -m comment --comment m -j DROP',
  )
})

test('types and codes of ICMP of both families', () => {
  const type = (protocol: string, ...more: RulePart[]) =>
    line({ match: 'protocol', protocols: [protocol] }, ...more, { act: 'accept' })
  expect(
    type('icmp', { match: 'icmpType', types: [[3, 3]] }, { match: 'icmpCode', types: [[4, 4]] }),
  ).toContain('-m icmp --icmp-type 3/4 ')
  expect(type('ipv6-icmp', { match: 'icmpType', types: [[135, 135]] })).toContain(
    '-m icmp6 --icmpv6-type 135 ',
  )
})

test('where it leads', () => {
  expect(line({ act: 'jump', chain: 'mine' })).toMatch(/ -j mine$/)
  expect(line({ act: 'dnat', address: 'fd00::1', port: 80 })).toMatch(
    / --to-destination \[fd00::1\]:80$/,
  )
  expect(line({ act: 'dnat', address: '10.0.0.1' })).toMatch(/ --to-destination 10\.0\.0\.1$/)
})

test('what no plan has is no word at all, and not a wrong one', () => {
  expect(() => line({ match: 'syn' })).toThrow(/syn/)
  expect(() => line({ act: 'notrack' })).toThrow(/notrack/)
})
