import { kindOf, type Resource } from '../resource/index.js'
import type { Host } from '../resource/kind.js'
import { placeOf } from '../resource/kind.js'
import { labName } from './lab.js'
import type { PlanJson } from './schema.js'

/** A part of a plan: a resource, or a host as the plan declares it. */
export interface PlanPart {
  /** The host, or the namespace (`node03/demo01`), that has it. */
  readonly place: string
  /** The kind of resource, such as `route`, or `host`. */
  readonly kind: Resource['kind'] | 'host'
  /** In words, on one line. */
  readonly text: string
  /** The call that makes it; empty for a host. */
  readonly call: string
  /** The part as the plan's JSON has it. */
  readonly value: Resource | Host
}

/** A part that both plans have, in another shape. */
export interface ChangedPart extends PlanPart {
  /** What it was. */
  readonly before: Resource | Host
  /** What differs: names of fields of the JSON; `order` for a rule of a packet filter that is asked earlier or later. */
  readonly fields: readonly string[]
}

/** What one plan has that another has not. As a string it is what a person reads. */
export interface PlanDiff {
  /** The lab's names, where they differ: then nothing is kept, since all bears other marks. */
  readonly labs: readonly [before: string, after: string] | undefined
  readonly added: readonly PlanPart[]
  readonly removed: readonly PlanPart[]
  readonly changed: readonly ChangedPart[]
  readonly kept: readonly PlanPart[]
  /** One line a part: `+` added, `-` removed, `~` changed, and how many are kept. */
  toString(): string
}

interface Entry {
  /** Equal for what is the same part of two plans. */
  readonly key: string
  readonly part: PlanPart
}

function ofHost(host: Host): Entry {
  const { name, addresses = [], device } = host
  const details = [...addresses, ...(device === undefined ? [] : [device])].join(', ')
  const text = details === '' ? `host ${name}` : `host ${name} (${details})`
  return { key: `host ${name}`, part: { place: name, kind: 'host', text, call: '', value: host } }
}

function ofResource(value: Resource): Entry {
  const kind = kindOf(value)
  const key = kind.identity?.(value) ?? kind.claims(value)[0]?.key
  const { call } = value
  return {
    key: `${value.kind} ${key ?? JSON.stringify({ ...value, call: '' })}`,
    part: { place: placeOf(value), kind: value.kind, text: kind.describe(value), call, value },
  }
}

const entriesOf = ({ hosts, resources }: PlanJson): ReadonlyMap<string, Entry> =>
  new Map([...hosts.map(ofHost), ...resources.map(ofResource)].map((entry) => [entry.key, entry]))

const valueAt = (value: Resource | Host, field: string): string =>
  JSON.stringify((value as unknown as Record<string, unknown>)[field]) ?? ''

/** The fields that differ; a call is how it is told, and not what it is. */
const fieldsOf = (before: Resource | Host, after: Resource | Host): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => field !== 'call' && valueAt(before, field) !== valueAt(after, field),
  )

/** The rules of a packet filter that both plans have, one list a filter: the first that matches decides. */
function orderOf(entries: Iterable<Entry>, other: ReadonlyMap<string, Entry>) {
  const lists = new Map<string, string[]>()
  for (const { key, part } of entries) {
    const { value, place } = part
    if (!('kind' in value) || value.kind !== 'filter' || !other.has(key)) continue
    const filter = `${place} ${value.family} ${value.hook}`
    const list = lists.get(filter)
    if (list === undefined) lists.set(filter, [key])
    else list.push(key)
  }
  return lists
}

/** Rules of packet filters that stand at another number among those that both plans have. */
function movedIn(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>) {
  const old = orderOf(before.values(), after)
  const moved = new Set<string>()
  for (const [filter, keys] of orderOf(after.values(), before)) {
    keys.forEach((key, i) => {
      if (old.get(filter)?.[i] !== key) moved.add(key)
    })
  }
  return moved
}

const shownAs = (value: Resource | Host, field: string) =>
  valueAt(value, field).replaceAll('"', '') || 'none'

function changeText({ text, before, value, fields }: ChangedPart): string {
  const changes = fields.map((field) =>
    field === 'order' ? 'order' : `${field} ${shownAs(before, field)} -> ${shownAs(value, field)}`,
  )
  return `${text}: ${changes.join(', ')}`
}

class Diff implements PlanDiff {
  constructor(
    readonly labs: PlanDiff['labs'],
    readonly added: readonly PlanPart[],
    readonly removed: readonly PlanPart[],
    readonly changed: readonly ChangedPart[],
    readonly kept: readonly PlanPart[],
  ) {
    Object.freeze(this)
  }

  toString(): string {
    return [
      ...(this.labs === undefined ? [] : [`lab ${this.labs.join(' -> ')}: all bears other marks`]),
      // what goes, before what takes its place
      ...this.removed.map(({ text }) => `- ${text}`),
      ...this.changed.map((part) => `~ ${changeText(part)}`),
      ...this.added.map(({ text }) => `+ ${text}`),
      `= ${this.kept.length} kept`,
    ].join('\n')
  }
}

/** What is to be added, removed and changed to come from one plan to another. */
export function diffOf(before: PlanJson, after: PlanJson): PlanDiff {
  const [old, fresh] = [entriesOf(before), entriesOf(after)]
  const labs = [labName(before), labName(after)] as const
  if (labs[0] !== labs[1]) {
    const parts = (entries: Iterable<Entry>) => [...entries].map(({ part }) => part)
    return new Diff(labs, parts(fresh.values()), parts(old.values()).reverse(), [], [])
  }
  const moved = movedIn(old, fresh)
  const added: PlanPart[] = []
  const changed: ChangedPart[] = []
  const kept: PlanPart[] = []
  for (const { key, part } of fresh.values()) {
    const was = old.get(key)?.part.value
    if (was === undefined) {
      added.push(part)
      continue
    }
    const fields = [...fieldsOf(was, part.value), ...(moved.has(key) ? ['order'] : [])]
    if (fields.length === 0) kept.push(part)
    else changed.push({ ...part, before: was, fields })
  }
  // the newest first, as they are taken back
  const removed = [...old.values()].filter(({ key }) => !fresh.has(key)).map(({ part }) => part)
  return new Diff(undefined, added, removed.reverse(), changed, kept)
}
