export type {
  AttachOptions,
  BridgeOptions,
  DnsOptions,
  FilterOptions,
  ForwardOptions,
  HostOptions,
  LinkOptions,
  LinkProperties,
  MasqueradeOptions,
  PolicyOptions,
  PoolOptions,
  RouteOptions,
  RuleOptions,
  VethOptions,
} from './chain/call-options.js'
export type { Net, ParseResult, PlanStart } from './chain/net-types.js'
export type { HostName, IpText, NsName, NsOn, PlaceName } from './chain/places.js'
export type { Running, RunningHost } from './chain/running-types.js'
export type { HostPlan, NamespacePlan, PlacesOf, Plan } from './chain/types.js'
export type { ErrorCode, ErrorDetail, Failure, Finding, Rollback } from './errors.js'
export type {
  Action,
  Cause,
  CauseCode,
  Direction,
  Disposition,
  Evidence,
  ExplainHere,
  ExplainOptions,
  Explanation,
  Flow,
  Hop,
  LiveExplainOptions,
  Mend,
  ObjectKind,
  RouteRef,
  RuleRef,
  Stage,
  StaticExplainOptions,
  Trace,
  TraceStep,
  Unreachable,
} from './explain/types.js'
export type { ChangedPart, PlanDiff, PlanPart } from './plan/diff.js'
export type { PlanJson } from './plan/schema.js'
export type { Resource } from './resource/index.js'
export type { Host } from './resource/kind.js'
export type { DriftedPart, Preview, PreviewStep, SideEffect } from './run/preview-types.js'
export type {
  DownOptions,
  LabInfo,
  PortOptions,
  PreviewOptions,
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
