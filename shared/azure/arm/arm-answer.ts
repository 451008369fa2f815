import { sameId } from '../../core/model/resource-id.ts';
import { truncated } from '../../core/model/words.ts';

/** What Azure Resource Manager answered, whatever the status. */
export interface ArmAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Milliseconds that a refusal asks to wait; null when it does not say. */
  readonly retryAfter: number | null;
  /** When it was answered, by Azure's clock; absent where it does not say. */
  readonly date?: Date;
}

/** Why an answer is not believed that is about `id` where `asked` was asked for; null where both are one. */
export function whyMistaken(asked: string, id: string): string | null {
  return sameId(asked, id) ? null : mistaken(asked, id);
}

export function mistaken(asked: string, id: string): string {
  return `Azure was asked for ${asked} and answered about ${truncated(id)}`;
}
