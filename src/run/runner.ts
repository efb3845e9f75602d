import type { Explanation, LiveExplainOptions } from '../explain/types.js'
import type { PlanJson } from '../plan/schema.js'
import type { Preview } from './preview-types.js'
import type {
  DownOptions,
  LabInfo,
  PreviewOptions,
  RunningLab,
  RunOptions,
  Status,
  UpOptions,
} from './types.js'

/** What runs plans: Node.js has one, a browser one that refuses. */
export interface Runner {
  /** @param into a lab that is to become it */
  up(plan: PlanJson, options: UpOptions, into?: RunningLab): Promise<RunningLab>
  down(plan: PlanJson, options: DownOptions): Promise<void>
  status(plan: PlanJson, options: RunOptions): Promise<Status[]>
  preview(plan: PlanJson, options: PreviewOptions): Promise<Preview>
  list(options: RunOptions): Promise<LabInfo[]>
  downByName(name: string, options: DownOptions): Promise<void>
  downAll(options: DownOptions): Promise<string[]>
  gc(keep: readonly string[], options: DownOptions): Promise<string[]>
  explain(
    lab: RunningLab,
    from: string,
    to: string,
    options: LiveExplainOptions | undefined,
  ): Promise<Explanation>
}
