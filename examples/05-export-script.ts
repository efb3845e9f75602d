// A plan as a bash script and as JSON, for machines without Node.js. Nothing runs here.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { net } from 'netloom'

export const plan = net
  .host()
  .named('export')
  .ns('web')
  .ip('10.0.80.2/24')
  .veth()
  .routeBothWays()
  .allowForward({ direction: 'in' })

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'netloom-export-')))
await writeFile(join(folder, 'web.sh'), plan.toBash(), { mode: 0o755 })
await writeFile(join(folder, 'web.json'), JSON.stringify(plan))
console.log(`${folder}/web.sh up | down | status`)

// The JSON comes back as the same plan.
const again = net.parse(JSON.stringify(plan), { places: ['host', 'host/web'] })
console.log(`${again.commands().length} commands`)
