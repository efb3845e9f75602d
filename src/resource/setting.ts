import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import { type Ties, tie } from '../step/ties.js'
import { type Facts, type Fields, type Kind, keys } from './kind.js'
import engine from './setting.bash'

/** A setting of a namespace: what `sysctl` writes there. */
export interface SettingResource {
  readonly kind: 'setting'
  readonly host: string
  readonly namespace: string
  /** Below /proc/sys, by slashes: a name of an interface may hold dots. */
  readonly path: string
  readonly value: string
  readonly call: string
}

/** Only what is below `net` belongs to a network namespace; no part is `.` or `..`. */
const SETTING_PATH = /^net(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+){1,8}$/
/** Words with one space between; not `::` alone, which in a script parts the question of a step from its command. */
const SETTING_VALUE = /^(?!::$)[A-Za-z0-9.,:_+/-]+(?: [A-Za-z0-9.,:_+/-]+)*$/
const LIMIT = 150

export const isSettingPath = (text: string) => text.length <= LIMIT && SETTING_PATH.test(text)
export const isSettingValue = (text: string) => text.length <= LIMIT && SETTING_VALUE.test(text)

/** The settings that make a router of a namespace. */
export const FORWARDING = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const

const schema = (fields: Fields) =>
  z.strictObject({
    kind: z.literal('setting'),
    host: fields.place,
    namespace: fields.place,
    path: z.string().check(z.maxLength(LIMIT), z.regex(SETTING_PATH, 'is no setting below net')),
    value: z.string().check(z.maxLength(LIMIT), z.regex(SETTING_VALUE, 'is no value of a setting')),
    call: fields.call,
  })

/** The interface whose setting it is, where the plan can know it. */
function deviceOf(path: string): string | undefined {
  const [, device = ''] = /^net\/ipv[46]\/(?:conf|neigh)\/([^/]+)\//.exec(path) ?? []
  return ['', 'all', 'default', 'lo'].includes(device) ? undefined : device
}

/** What a namespace filters of the packets that it passes on is told when it is known to pass some on. */
function check(r: SettingResource, facts: Facts): void {
  const place = `${r.host}/${r.namespace}`
  const isForwarding = Object.values<string>(FORWARDING).includes(r.path)
  if (!isForwarding || !facts.at(place).some(({ kind }) => kind === 'guard')) return
  throw new NetloomError(
    'BAD_ARGUMENT',
    `namespace ${place} becomes a router behind its allow(), deny() or policy()`,
    { value: r.path, hint: 'Call .router() before them, so that they hold for what it forwards.' },
  )
}

/**
 * Settings that a link takes over when it is made, or that say whether it has IPv6: what stands behind them in the plan
 * is to be made behind them.
 */
const SHAPING = /^net\/ipv4\/conf\/default\/|^net\/ipv6\/conf\/(?!all\/forwarding$)/

function tiesOf({ namespace, path }: SettingResource): Ties {
  const device = deviceOf(path)
  return {
    on: device === undefined ? [] : [tie.link(namespace, device)],
    slot: `setting ${namespace} ${path}`,
    ...(SHAPING.test(path) ? { shapes: namespace } : {}),
  }
}

export const setting: Kind<SettingResource> = {
  schema,
  engine,
  describe: (r) => `setting ${r.path} of ${r.host}/${r.namespace}`,
  claims: (r) => [
    {
      key: keys.setting(`${r.host}/${r.namespace}`, r.path),
      code: 'DUPLICATE_SETTING',
      what: () => `namespace ${r.host}/${r.namespace} has the setting ${r.path} already`,
      value: r.path,
    },
  ],
  needs: (r) => {
    const device = deviceOf(r.path)
    const place = `${r.host}/${r.namespace}`
    const namespace = {
      key: keys.namespace(r.host, r.namespace),
      code: 'UNKNOWN_NAME',
      what: () => `the plan has no namespace ${place} before it`,
    } as const
    if (device === undefined) return [namespace]
    const what = () => `namespace ${place} has no interface ${device} before it`
    return [namespace, { key: keys.device(place, device), code: 'MISSING_LINK', what }]
  },
  check,
  steps: (r) => [
    {
      tool: 'sysctl',
      namespace: r.namespace,
      args: ['-w', `${r.path}=${r.value}`],
      seen: ['setting', r.namespace, r.path, r.value],
      phase: 'configure',
      ties: tiesOf(r),
      why: 'a setting of this namespace alone',
      undo: { with: `namespace ${r.namespace}` },
    },
  ],
  state: (r, draft) => {
    draft.at(`${r.host}/${r.namespace}`).settings[r.path.replaceAll('/', '.')] = r.value
  },
}
