import type { Rule } from '../../core/policy/rule.ts';

export const GROUPINGS = ['rule', 'resource'] as const;

/** How a person wants to see a scan. */
export interface ScanView {
  readonly groupBy: (typeof GROUPINGS)[number];
  /** Every resource, value and step; without it long lists are cut, and say so. */
  readonly details: boolean;
}

/** What the report says of a rule. */
export type RuleFacts = Pick<Rule, 'id' | 'scope' | 'title' | 'advice' | 'sources' | 'needs'>;
