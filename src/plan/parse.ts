import type * as z from 'zod/mini'
import { type ErrorCode, type Finding, firstLine, NetloomError, shown } from '../errors.js'
import { type Resource, resourceSchema } from '../resource/index.js'
import type { Host } from '../resource/kind.js'
import { Ledger } from './ledger.js'
import { checkBareLinks } from './line.js'
import { FORMAT, hostSchema, type PlanJson, planSchema, VERSION } from './schema.js'

const HINT = 'A plan is what JSON.stringify(plan) wrote, unchanged.'

function badPlan(message: string, findings: readonly Finding[] = [], hint = HINT, cause?: unknown) {
  return new NetloomError('BAD_PLAN', message, { findings, hint, cause })
}

/** `['resources', 3, 'cidr']` -> `resources[3].cidr` */
function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
  return text === '' ? 'plan' : text.replace(/^\./, '')
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part],
    root,
  )
}

/**
 * Of a union, zod lists what each member has against the value. The member with the fewest faults is
 * the one that was meant.
 */
function flatten(issue: z.core.$ZodIssue, path: readonly PropertyKey[], root: unknown): Finding[] {
  const here = [...path, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length)
    return (closest ?? []).flatMap((inner) => flatten(inner, here, root))
  }
  const value = valueAt(root, here)
  const suffix = value === undefined || typeof value === 'object' ? '' : ` (it is ${shown(value)})`
  return [{ path: pathText(here), message: `${issue.message}${suffix}` }]
}

function decode(input: string | object): unknown {
  if (typeof input !== 'string') return toPlain(input)
  try {
    return JSON.parse(input)
  } catch (cause) {
    throw badPlan('the text is no JSON: it may be cut off', [], HINT, cause)
  }
}

/** An object may be a plan of the chain, whose `toJSON` gives the data. */
function toPlain(input: object): unknown {
  const { toJSON } = input as { toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(input) : input
}

function checkVersion(value: unknown): void {
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown }
  if (typeof value !== 'object' || value === null || format !== FORMAT) {
    throw badPlan(`this is no netloom plan: its format is ${shown(format)}, not ${shown(FORMAT)}`)
  }
  if (typeof version === 'number' && version > VERSION) {
    throw badPlan(
      `the plan is of version ${version}, this netloom reads up to ${VERSION}`,
      [],
      'Update netloom, or write the plan anew with this version.',
    )
  }
}

/** What a fault of one part makes of those that build on it: no news beside the fault itself. */
const CONSEQUENCES: readonly ErrorCode[] = [
  ...(['UNKNOWN_NAME', 'MISSING_LINK', 'MISSING_ADDRESS'] as const),
  'GATEWAY_NOT_ON_LINK',
]

/** Enters everything of the right shape into a ledger, and gathers what it refuses. */
function check({ hosts, resources, whole }: Parts): Finding[] {
  const ledger = new Ledger()
  const findings: Finding[] = []
  const attempt = (path: string, action: () => void) => {
    try {
      action()
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      if (!whole && CONSEQUENCES.includes(error.code)) return
      findings.push({ path, message: firstLine(error) })
    }
  }
  hosts.forEach((host, i) => {
    attempt(`hosts[${i}]`, () => ledger.addHost(host))
  })
  resources.forEach((resource, i) => {
    attempt(`resources[${i}]`, () => ledger.add(resource))
  })
  attempt('resources', () => checkBareLinks(ledger))
  // without a port that was left out, one segment is two
  if (whole) attempt('resources', () => ledger.checkOverlaps())
  return findings
}

/** Hosts and resources at their places in the plan; those of another shape are left out (holes). */
interface Parts {
  readonly hosts: readonly Host[]
  readonly resources: readonly Resource[]
  /** False where something was left out. */
  readonly whole: boolean
}

function soundParts(value: unknown): Parts {
  const { hosts, resources } = value as Record<'hosts' | 'resources', unknown>
  return {
    hosts: sound(hostSchema(), hosts),
    resources: sound(resourceSchema(), resources),
    whole: false,
  }
}

function sound<T>(schema: z.ZodMiniType<T>, list: unknown): T[] {
  const kept: T[] = []
  if (!Array.isArray(list)) return kept
  list.forEach((item, i) => {
    const result = schema.safeParse(item)
    if (result.success) kept[i] = result.data
  })
  return kept
}

/** Of a list with some hundred thousand faults, zod hands them on as so many arguments, which no stack holds. */
function readShape(value: unknown) {
  try {
    return planSchema().safeParse(value)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw badPlan('the plan has more faults than can be told', [], HINT, cause)
  }
}

/**
 * Reads a plan from JSON. Every name and address is checked again, and so is all that one resource
 * demands of another.
 *
 * @throws NetloomError `BAD_PLAN`, with every fault by its path.
 */
export function parsePlan(input: string | object): PlanJson {
  if (typeof input !== 'string' && (typeof input !== 'object' || input === null)) {
    throw badPlan(`a plan is a JSON text or an object, not ${shown(input)}`)
  }
  const value = decode(input)
  checkVersion(value)
  const result = readShape(value)
  const findings = result.success
    ? check({ ...result.data, whole: true })
    : [
        ...result.error.issues.flatMap((issue) => flatten(issue, [], value)),
        ...check(soundParts(value)),
      ]
  if (!result.success || findings.length > 0) {
    throw badPlan(`the plan has ${findings.length} fault(s)`, findings)
  }
  return result.data
}
