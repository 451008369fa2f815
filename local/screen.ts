import { styleText } from 'node:util';
import ora, { type Ora } from 'ora';
import { fitted } from '../cli/help-width.ts';
import { isTrouble } from '../shared/core/plan/log-text.ts';
import type { ScanReport } from '../shared/report/scan-report.ts';
import { scanText } from '../shared/report/terminal/scan-text.ts';
import { type Paint } from '../shared/report/terminal/terminal.ts';
import { rules } from '../shared/rules/index.ts';
import type { LogLine as HostLine } from './host/invoke.ts';
import { inWords, logLineOf } from './log-in-words.ts';

const paint: Paint = (styles, text) => styleText([...styles], text, { stream: process.stdout });

const VIEW = { groupBy: 'resource', details: true } as const;

/** What a person sees of the demo: lines as things happen, tables, and on a terminal a sign that it works. */
export class Screen {
  readonly failures: string[] = [];
  readonly #print: (text: string) => void;
  readonly #width: number;
  readonly #began = Date.now();
  readonly #spinner: Ora | null = process.stdout.isTTY ? ora({ stream: process.stdout, discardStdin: false }) : null;

  /** @param width columns */
  constructor(print: (text: string) => void = console.log, width = process.stdout.columns ?? 80) {
    this.#print = print;
    this.#width = width;
  }

  chapter(title: string): void {
    this.show(`\n${paint(['bold'], fitted(title, this.#width))}\n`);
  }

  /** Lines that are too long go on in the next. */
  say(text: string): void {
    this.show(fitted(text, this.#width));
  }

  /** As it is: what is a table, or is to be copied. */
  show(text: string): void {
    const waiting = this.#spinner?.isSpinning === true;
    if (waiting) this.#spinner.clear();
    this.#print(text);
    if (waiting) this.#spinner.render();
  }

  fail(text: string): void {
    this.failures.push(text);
    this.show(paint(['bold', 'red'], fitted(`failed     ${text}`, this.#width)));
  }

  table(report: ScanReport): void {
    this.show(scanText(report, rules, VIEW, { width: this.#width, paint }));
  }

  /** A line of the host's log. */
  hear({ functionName, level, message }: HostLine): void {
    const line = logLineOf(message);
    if (line === null) {
      if (level === 'error' || level === 'critical') this.fail(`${functionName ?? 'host'}: ${message}`);
      return;
    }
    const words = inWords(line);
    if (isTrouble(line)) this.fail(words ?? line.event);
    else if (words !== null) {
      const clock = this.#clock();
      this.show(paint(['dim'], clock) + fitted(`${clock}  ${words}`, this.#width).slice(clock.length));
    }
  }

  waitFor(what: string): void {
    this.#spinner?.start(what);
  }

  done(): void {
    this.#spinner?.stop();
  }

  #clock(): string {
    return `${((Date.now() - this.#began) / 1000).toFixed(1).padStart(5)} s`;
  }
}
