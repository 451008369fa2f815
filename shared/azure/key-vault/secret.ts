import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** A value that is to be sent and never told: however it is printed, joined or copied, it says `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The JSON text of a request's body with the values in it. For the one place that sends it. */
  static jsonOf(body: object): string {
    return JSON.stringify(body, function reveal(this: Record<string, unknown>, key, told: unknown) {
      const held = this[key];
      return held instanceof Secret ? held.#value : told;
    });
  }

  /** A text without the values that stand in `body`: who refuses a request may repeat what it does not like. */
  static cut(text: string, body: unknown): string {
    if (body instanceof Secret)
      return [body.#value, JSON.stringify(body.#value).slice(1, -1)].reduce(
        (left, value) => (value === '' ? left : left.replaceAll(value, SHOWN)),
        text,
      );
    if (typeof body !== 'object' || body === null) return text;
    return Object.values(body).reduce<string>((left, part) => Secret.cut(left, part), text);
  }

  /** What a value holds, by the fields of a JSON object. Null where it is no such text. */
  parts(): Readonly<Record<string, Secret>> | null {
    try {
      const parsed: unknown = JSON.parse(this.#value);
      if (typeof parsed !== 'object' || parsed === null) return null;
      const texts = Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return Object.fromEntries(texts.map(([name, text]) => [name, new Secret(text)]));
    } catch {
      // An error of JSON.parse quotes the text.
      return null;
    }
  }

  get isPem(): boolean {
    return this.#value.startsWith('-----BEGIN ');
  }

  get isEmpty(): boolean {
    return this.#value === '';
  }

  /** For the vault. @throws what `send` throws, its message without the value: who refuses one may repeat it */
  async sendTo<T>(send: (value: string) => Promise<T>): Promise<T> {
    try {
      return await send(this.#value);
    } catch (error) {
      if (error instanceof Error) error.message = Secret.cut(error.message, this);
      throw error;
    }
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
