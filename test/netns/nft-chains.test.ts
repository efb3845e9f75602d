import { expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { partOf } from '../../src/run/program.js'
import { Machine } from './machine.js'
import { DOCKER } from './plans.js'

const plan = net.host('h').named('lab').ns('a').toJSON()

/** A run of the engine by nft: rules as it is told them, in the words of iptables. */
async function engine(machine: Machine, program: string, env = ''): Promise<string> {
  const file = machine.file(
    'engine.sh',
    `${partOf(plan, 'h', { firewall: 'nft' }).engine()}
start 5
${program}`,
  )
  return machine.ok(`${env} bash ${file}`)
}

const mark = '-m comment --comment netloom:lab'
const RULES = [
  `FORWARD -o veth-a ${mark} -j ACCEPT`,
  `FORWARD -i veth-a ${mark} -j ACCEPT`,
  `!FORWARD -o veth-a ${mark} -j LAB`,
  `LAB -p tcp -m tcp --dport 22 ${mark} -j DROP`,
  `LAB -s 10.0.0.0/8 ${mark} -j RETURN`,
  `LAB ${mark} -j ACCEPT`,
]
const quoted = (rules: readonly string[]) => rules.map((rule) => `'${rule}'`).join(' ')

/** The chain without what differs from run to run. */
const chain = async (machine: Machine, name: string) =>
  (await machine.ok(`nft list chain ${name}`))
    .split('\n')
    .slice(2, -2)
    .map((line) => line.trim().replace(/ comment .*| counter packets.*/, ''))

const OTHERS = `
nft -f - <<'END'
table inet own {
  chain forward {
    type filter hook forward priority 10; policy drop;
    ct state established accept
  }
}
END`

const BLOCK = ['oifname "veth-a" jump LAB', 'oifname "veth-a" accept', 'iifname "veth-a" accept']

test('chains of a lab are where they take effect, in their order, and go with its last rule', async () => {
  for (const [setup, place] of [
    ['', 'ip netloom-lab'],
    [OTHERS, 'inet own'],
  ] as const) {
    await using machine = await Machine.open({ setup })
    const before = await machine.digest()
    await engine(machine, `start_batches; rule_batch 0 iptables filter ${quoted(RULES)}; end_run`)
    const name = place === 'inet own' ? 'forward' : 'FORWARD'
    const family = place === 'inet own' ? 'meta nfproto ipv4 ' : ''
    const block = BLOCK.map((rule) => `${family}${rule}`)
    const own = place === 'inet own' ? ['ct state established accept'] : []
    const skipType = (lines: readonly string[]) => lines.filter((line) => !/^type /.test(line))
    expect(skipType(await chain(machine, `${place} ${name}`))).toEqual([...block, ...own])
    expect(await chain(machine, `${place} LAB`)).toEqual([
      `${family}tcp dport 22 drop`,
      `${family}ip saddr 10.0.0.0/8 return`.replace('meta nfproto ipv4 ', ''),
      `${family}accept`,
    ])
    // what comes later stands behind what was there, and before that of others
    const late = `'FORWARD -i veth-b ${mark} -j ACCEPT'`
    await engine(machine, `start_batches; rule_batch 0 iptables filter ${late}; end_run`)
    expect(skipType(await chain(machine, `${place} ${name}`))).toEqual([
      ...block,
      `${family}iifname "veth-b" accept`,
      ...own,
    ])
    expect(await engine(machine, 'down_all')).not.toContain('@undo !')
    expect(await machine.digest()).toBe(before)
  }
})

test('a run that fails takes back its chains, and leaves those of the run before', async () => {
  await using machine = await Machine.open({ setup: OTHERS })
  await engine(
    machine,
    `start_batches; rule_batch 0 iptables filter ${quoted(RULES.slice(0, 2))}; end_run`,
  )
  const before = await machine.digest()
  const bad = `'LAB -m unknown --word 1 ${mark} -j ACCEPT'`
  const answer = await machine.run(
    `bash ${machine.file(
      'bad.sh',
      `${partOf(plan, 'h', {}).engine()}
start 5
start_batches
rule_batch 0 iptables filter ${quoted(RULES.slice(2))}
rule_batch 1 iptables filter 'FORWARD -i b ${mark} -j ACCEPT' ${bad}`,
    )}`,
  )
  expect([answer.code, answer.stdout]).toEqual([
    1,
    expect.stringContaining('@failed 1 1 nft has no words for this rule: LAB -m unknown'),
  ])
  expect(answer.stdout).toContain('line 3 failed')
  expect(answer.stdout).not.toContain('@undo !')
  expect(await machine.digest()).toBe(before)
  expect(await engine(machine, 'down_all')).not.toContain('@undo !')
})

test("Docker's own chain stays, also where nothing of others is in it", async () => {
  await using machine = await Machine.open({
    setup: `${DOCKER}; iptables -F DOCKER-USER; nft -f - <<<'table inet own {
  chain DOCKER-USER { }
  chain forward { type filter hook forward priority 5; policy drop; jump DOCKER-USER; }
}'`,
  })
  const before = await machine.digest()
  const rule = `'FORWARD -i b ${mark} -j ACCEPT'`
  await engine(machine, `start_batches; rule_batch 0 iptables filter ${rule}; end_run`)
  expect(await machine.ok('iptables -S DOCKER-USER')).toContain('-i b')
  expect(await machine.ok('nft list chain inet own DOCKER-USER')).toContain('iifname "b"')
  expect(await engine(machine, 'down_all')).not.toContain('@undo !')
  expect(await machine.digest()).toBe(before)
})
