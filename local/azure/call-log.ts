/** One call that ARM received. */
export interface Call {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What was answered; null while it is not answered, and when the connection was cut. */
  status: number | null;
  readonly requestBody: unknown;
  /** The appid of the token; null without one. */
  readonly caller: string | null;
  readonly ifMatch: string | null;
}

/** Every call to ARM in the order of arrival. */
export class CallLog {
  readonly calls: Call[] = [];

  add(call: Call): Call {
    this.calls.push(call);
    return call;
  }

  clear(): void {
    this.calls.length = 0;
  }

  reads(path = /./): readonly Call[] {
    return this.calls.filter((call) => call.method === 'GET' && call.path.search(path) >= 0);
  }

  writes(path = /./): readonly Call[] {
    return this.calls.filter((call) => call.method !== 'GET' && call.path.search(path) >= 0);
  }
}
