import type { Severity } from '../../core/policy/rule.ts';

/** What the page shows, as it stands in the page as JSON. All words for people are made before. */
export interface PageData {
  readonly at: string;
  /** Every text of the findings once: a column has the place of its text for each finding, the gravest finding first. */
  readonly texts: readonly string[];
  readonly columns: Readonly<Record<Column, readonly number[]>>;
  /** Of the rules that have findings, by their ids. */
  readonly rules: Readonly<Record<string, RuleFacts>>;
  /** Of the pools that have findings, by their ids. */
  readonly predictions: Readonly<Record<string, readonly Passage[]>>;
  /** Null where nothing is known of earlier days. */
  readonly trend: Trend | null;
  readonly sections: readonly Section[];
}

export const COLUMNS = [
  'id',
  'rule',
  'resource',
  /** `account` or `account/pool` */
  'name',
  'account',
  'severity',
  'standing',
  'path',
  'observed',
  'desired',
  'why',
  /** What is to be done, a line each. */
  'fix',
  /** Why it is not written, or by whose word it is left. */
  'left',
  /** As in "policy: audit"; empty where nothing holds it. */
  'held',
  /** ISO 8601; empty where it is not known. */
  'since',
  /** How old it is, one of `AGES`; empty where it is not known. */
  'age',
] as const;
export type Column = (typeof COLUMNS)[number];

/** How a finding stands, for whoever has to act. */
export const STANDINGS = ['fix', 'person', 'unknown', 'exempt'] as const;
export type Standing = (typeof STANDINGS)[number];

/** The youngest first. */
export const AGES = ['under 1 day', '1 to 7 days', '7 to 30 days', '30 to 90 days', 'over 90 days'] as const;

export interface RuleFacts {
  readonly title: string;
  /** What it finds decides whether nodes start and tasks get their files. */
  readonly isAboutNodes: boolean;
  readonly sources: readonly { readonly title: string; readonly url: string }[];
}

export interface Passage {
  readonly heading: string;
  readonly facts: readonly (readonly [label: string, text: string])[];
}

/** How many findings were open at the end of each day, the earliest first. */
export interface Trend {
  /** As in `2026-11-28`. */
  readonly days: readonly string[];
  readonly open: Readonly<Record<Severity, readonly number[]>>;
}

/** A table below the findings. */
export interface Section {
  readonly title: string;
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
