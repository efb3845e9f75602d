import { NetloomError, shown } from '../errors.js'

/** A port, or the first and the last of several. */
export interface PortRange {
  readonly port: number
  readonly last?: number
}

const HINT = `Write it as 80, '8000-8010', or a list of both.`

function refuse(call: string, value: unknown, why: string): never {
  throw new NetloomError('BAD_ARGUMENT', `${call}: the port ${shown(value)} ${why}`, {
    value,
    hint: HINT,
  })
}

function readPort(call: string, value: unknown): PortRange {
  const [, first, end = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value)) ?? []
  if (first === undefined || (typeof value !== 'number' && typeof value !== 'string')) {
    return refuse(call, value, 'is no number')
  }
  const [port, last] = [Number(first), Number(end)]
  if (port < 1 || last > 65_535) refuse(call, value, 'is not 1 to 65535')
  if (last < port) refuse(call, value, 'ends before it begins')
  return last === port ? { port } : { port, last }
}

/** Ports as a rule of a packet filter names them. */
export const readFilterPorts = (
  call: string,
  given: number | string | readonly (number | string)[],
): readonly PortRange[] => [given].flat().map((value) => readPort(call, value))
