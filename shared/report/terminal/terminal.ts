import type { Severity } from '../../core/policy/rule.ts';

export type Style = 'bold' | 'dim' | 'underline' | 'red' | 'yellow' | 'cyan' | 'green' | 'magenta';
/** Gives `text` a colour or a weight, or leaves it as it is. */
export type Paint = (styles: readonly Style[], text: string) => string;

export interface Terminal {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

export const SEVERITY_STYLES: Record<Severity, readonly Style[]> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: [],
};

/** Columns below which nothing can be laid out. */
export const NARROWEST = 60;

/** Of a file. */
export const NO_COLOURS: Terminal = { width: 120, paint: (_, text) => text };
