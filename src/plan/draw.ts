import { Drawing } from '../draw/drawing.js'
import { kindOf } from '../resource/index.js'
import type { PlanJson } from './schema.js'

/** A plan as it is drawn: hosts, namespaces, links, addresses. Routes and rules have no place in it. */
export function drawingOf({ hosts, resources }: PlanJson): Drawing {
  const drawing = new Drawing()
  for (const { name, device, addresses = [] } of hosts) drawing.host(name, device, addresses)
  for (const resource of resources) kindOf(resource).draw?.(resource, drawing)
  return drawing
}
