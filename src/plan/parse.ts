import type { z } from 'zod'
import { type Finding, NetloomError, shown } from '../errors.js'
import { Ledger } from './ledger.js'
import { checkBareLinks } from './line.js'
import { FORMAT, type PlanJson, planSchema, VERSION } from './schema.js'

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

/** Enters everything into a ledger, and gathers what it refuses. */
function check(plan: PlanJson): Finding[] {
  const ledger = new Ledger()
  const findings: Finding[] = []
  const attempt = (path: string, action: () => void) => {
    try {
      action()
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      findings.push({ path, message: error.message.split('\n', 1)[0] ?? '' })
    }
  }
  plan.hosts.forEach((host, i) => {
    attempt(`hosts[${i}]`, () => ledger.addHost(host))
  })
  plan.resources.forEach((resource, i) => {
    attempt(`resources[${i}]`, () => ledger.add(resource))
  })
  attempt('resources', () => checkBareLinks(ledger))
  attempt('resources', () => ledger.checkOverlaps())
  return findings
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
  const result = planSchema.safeParse(value)
  if (!result.success) {
    const findings = result.error.issues.flatMap((issue) => flatten(issue, [], value))
    throw badPlan(`the plan has ${findings.length} fault(s)`, findings)
  }
  const findings = check(result.data)
  if (findings.length > 0) throw badPlan(`the plan has ${findings.length} fault(s)`, findings)
  return result.data
}
