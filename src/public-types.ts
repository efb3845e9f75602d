export type {
  ForwardOptions,
  HostName,
  HostOptions,
  HostPlan,
  NamespacePlan,
  Net,
  NsName,
  NsOn,
  ParseResult,
  PlacesOf,
  Plan,
  Running,
  RunningHost,
  VethOptions,
} from './chain/types.js'
export type { ErrorCode, ErrorDetail, Failure, Finding, Rollback } from './errors.js'
export type { PlanJson } from './plan/schema.js'
export type { Resource } from './resource/index.js'
export type { Host } from './resource/kind.js'
export type {
  DownOptions,
  LabInfo,
  PortOptions,
  ProcessEnd,
  Progress,
  RunningPlace,
  RunningProcess,
  RunOptions,
  Shell,
  ShellOptions,
  ShellOutput,
  ShellPromise,
  SpawnOptions,
  State,
  Status,
  UpOptions,
} from './run/types.js'
export type { Step, StepUndo } from './step/step.js'
