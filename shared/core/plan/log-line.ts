import { z } from 'zod';
import { DRAIN_STEPS } from '../drain/drain.ts';
import { UNKNOWN_CODES } from '../model/reading.ts';
import { WRITE_OUTCOMES } from '../model/write-outcomes.ts';
import { SEVERITIES } from '../policy/rule.ts';
import { CLOSED_CODES } from './closing.ts';
import { EXEMPTION_NOTES } from './exemption-notes.ts';
import { FINDING_STATUSES } from './finding.ts';
import { HELD_CODES } from './held.ts';

const look = { account: z.string(), correlationId: z.string() };
/** What decided: the version of the app and the policy's hash; null where the policy was not read. */
const decidedBy = { version: z.string(), policy: z.string().nullable() };

export const FindingLine = z.strictObject({
  event: z.enum(['finding-opened', 'finding-changed', 'finding-exempted', 'finding-closed']),
  ...look,
  /** The same in each repetition of the line, and the id of its event: nothing is lost, but it may be told twice. */
  newsId: z.string(),
  /** When the look began that found it. */
  at: z.iso.datetime(),
  resource: z.string(),
  rule: z.string(),
  finding: z.string(),
  path: z.string(),
  severity: z.enum(SEVERITIES),
  /** At the look before; null for a finding that is new. */
  severityBefore: z.enum(SEVERITIES).nullable(),
  status: z.enum(FINDING_STATUSES),
  why: z.string(),
  unknownCode: z.enum(UNKNOWN_CODES).nullable(),
  heldCode: z.enum(HELD_CODES).nullable(),
  /** For people; null when the code is. */
  heldMessage: z.string().nullable(),
  /** By whose word it is left as it is; null where it is not. */
  exemption: z.strictObject({ owner: z.string(), reason: z.string(), until: z.iso.datetime() }).nullable(),
  closedCode: z.enum(CLOSED_CODES).nullable(),
});

const WriteLine = z.strictObject({
  event: z.literal('write'),
  ...look,
  ...decidedBy,
  resource: z.string(),
  rule: z.array(z.string()),
  findings: z.array(z.string()),
  settings: z.array(z.string()),
  /** The step of a drain that it is. */
  drain: z.strictObject({ id: z.string(), step: z.enum(DRAIN_STEPS) }).nullable(),
  outcome: z.enum(WRITE_OUTCOMES),
  /** For people; null where the outcome says all. */
  message: z.string().nullable(),
  /** ARM paths that moved although the write did not mean them. */
  alsoMoved: z.array(z.string()),
});

/** A pool was not emptied: what it was to be given at zero could not be had. */
const NotBegunLine = z.strictObject({
  event: z.literal('drain-not-begun'),
  ...look,
  ...decidedBy,
  resource: z.string(),
  rule: z.array(z.string()),
  findings: z.array(z.string()),
  /** For people. */
  message: z.string(),
});

/** A planned write did not begin: others took what was left of the limits since the plan was made. */
const BeginRefusedLine = z.strictObject({
  event: z.literal('begin-refused'),
  ...look,
  ...decidedBy,
  resource: z.string(),
  rule: z.array(z.string()),
  findings: z.array(z.string()),
  code: z.enum(['breaker', 'budget']),
});

/** Writes failed: nothing is begun in any account for a while, or again for a while, as the first one tried failed too. */
const BreakerOpenedLine = z.strictObject({
  event: z.literal('breaker-opened'),
  ...look,
  /** Of the last write that failed. */
  resource: z.string(),
  until: z.iso.datetime(),
  /** It was tried after a stop. */
  isProbe: z.boolean(),
  /** For people. */
  reason: z.string(),
});

/** The write that was tried after a stop took effect. */
const BreakerClosedLine = z.strictObject({ event: z.literal('breaker-closed'), ...look, resource: z.string() });

/** What was begun this hour could not be read: the look begins nothing. */
const LimitsUnreadLine = z.strictObject({ event: z.literal('limits-unread'), ...look, reason: z.string() });

const LookLine = z.strictObject({
  event: z.literal('look'),
  ...look,
  ...decidedBy,
  result: z.enum(['looked', 'looked-already', 'busy', 'gone', 'throttled', 'overtaken']),
  pools: z.number().int().optional(),
  open: z.number().int().optional(),
  exempt: z.number().int().optional(),
  unknown: z.number().int().optional(),
  writes: z.number().int().optional(),
  wakeAt: z.iso.datetime().nullable().optional(),
  problems: z.array(z.string()).optional(),
});

const SweepLine = z.strictObject({
  event: z.literal('sweep-started'),
  subscriptions: z.number().int(),
  /** Accounts that no look has reached since the sweep before; null at the first sweep. */
  notLookedAt: z.number().int().nullable(),
});

const ListedLine = z.strictObject({
  event: z.literal('subscription-listed'),
  subscription: z.string(),
  accounts: z.number().int(),
  missing: z.number().int(),
});

const EventLine = z.strictObject({
  event: z.enum(['event-taken', 'event-ignored']),
  subject: z.string(),
  reason: z.string(),
});

/** An event of a vault. */
const SecretEventLine = z.strictObject({
  event: z.enum(['secret-event-taken', 'secret-event-ignored']),
  /** `https://{host}/secrets/{name}`; empty where the event names none. */
  subject: z.string(),
  /** Null where no look has found a user whose secret it is. */
  account: z.string().nullable(),
  reason: z.string(),
});

const PoisonLine = z.strictObject({ event: z.literal('poison'), queue: z.string(), message: z.string() });

/** What somebody is to see to about an exemption; at each sweep. */
const ExemptionLine = z.strictObject({
  event: z.literal('exemption'),
  correlationId: z.string(),
  ...decidedBy,
  code: z.enum(EXEMPTION_NOTES),
  rule: z.string(),
  /** An ARM id, or the patterns of a scope in words. */
  covers: z.string(),
  owner: z.string(),
  until: z.iso.datetime(),
  /** For people. */
  message: z.string(),
});

const PolicyLine = z.strictObject({ event: z.literal('policy-invalid'), ...look, reason: z.string() });

/** A row says that the account was looked at in the future: not believed. */
const TimeLine = z.strictObject({ event: z.literal('time-ahead'), ...look, lookedFrom: z.iso.datetime() });

/** What a look, or a function around it, could not tell the topic of findings; the findings themselves are remembered. */
const UnpublishedLine = z.strictObject({
  event: z.literal('publish-failed'),
  ...look,
  findings: z.array(z.string()),
  reason: z.string(),
});

/** Rows that were left out, while all others were read or written. */
const RowsLine = z.strictObject({
  event: z.literal('bad-rows'),
  correlationId: z.string(),
  table: z.enum(['accounts', 'findings', 'hints', 'requests', 'drains', 'journal', 'budget', 'secrets']),
  /** `{PartitionKey}/{RowKey}` of each. */
  rows: z.array(z.string()),
  reason: z.string(),
});

/** What the app checked of itself, once a day and after each deployment. */
const DoctorLine = z.strictObject({
  event: z.literal('doctor'),
  version: z.string(),
  ok: z.number().int(),
  warn: z.number().int(),
  fail: z.number().int(),
  /** `{resource}: {check}` of each that is not well. */
  notWell: z.array(z.string()),
});

/** That the app is alive, every five minutes. */
const HeartbeatLine = z.strictObject({
  event: z.literal('heartbeat'),
  ...decidedBy,
  /** Accounts whose alarm has come. */
  due: z.number().int(),
  /** Accounts with a drain. */
  draining: z.number().int(),
  queues: z.array(
    z.strictObject({
      queue: z.string(),
      /** As storage counts them, those that wait for their time included. */
      messages: z.number().int(),
      /** How long the oldest of those that could be taken has been there; null when there is none. */
      oldestSeconds: z.number().int().nullable(),
    }),
  ),
});

export type FindingLine = z.infer<typeof FindingLine>;
export type WriteLine = z.infer<typeof WriteLine>;
export type BadRows = Omit<z.infer<typeof RowsLine>, 'event' | 'correlationId'>;

/** Every structured line of the log: one JSON object each, no secret in any. Alarms and workbooks read these fields. */
export const LogLine = z.discriminatedUnion('event', [
  FindingLine,
  WriteLine,
  NotBegunLine,
  BeginRefusedLine,
  BreakerOpenedLine,
  BreakerClosedLine,
  LimitsUnreadLine,
  LookLine,
  SweepLine,
  ListedLine,
  EventLine,
  SecretEventLine,
  PoisonLine,
  ExemptionLine,
  PolicyLine,
  TimeLine,
  UnpublishedLine,
  RowsLine,
  DoctorLine,
  HeartbeatLine,
]);
export type LogLine = z.infer<typeof LogLine>;
