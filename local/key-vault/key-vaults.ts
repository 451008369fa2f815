import type { HttpClient } from '@azure/core-rest-pipeline';
import { type Clock, realClock } from '../azure/clock.ts';
import type { Answer } from '../azure/exchange.ts';
import { Faults } from '../azure/faults.ts';
import type { ResourceEvent } from '../azure/resource-event.ts';
import { answerCall } from './answer.ts';
import type { VaultRequest } from './exchange.ts';
import { Gate } from './gate.ts';
import { inProcessClient } from './in-process-client.ts';
import { SecretSpec, type VaultViolation } from './secret-spec.ts';
import { startVaultServer, type VaultServer } from './server.ts';
import type { StoredVersion } from './stored-secret.ts';
import { Vault, type VaultOptions } from './vault.ts';
import { personWithVaults, type VaultPerson } from './vault-person.ts';

export interface KeyVaultsOptions {
  readonly vaults: readonly VaultOptions[];
  readonly clock?: Clock;
  /** Takes the vaults' events. */
  readonly tell?: (event: ResourceEvent) => void;
}

/** One call that a vault received; nothing of its bodies. */
export interface LoggedVaultCall {
  readonly at: Date;
  readonly vault: string;
  readonly method: string;
  readonly path: string;
  /** What was answered; null while it is not answered, and when the connection was cut. */
  status: number | null;
}

/** The secrets of Azure Key Vault, in several vaults, for the real client. */
export class KeyVaults {
  /** Their paths are tested against whole URLs: `https://{vault}.vault.azure.net/secrets/a?api-version=...`. */
  readonly faults = new Faults();
  readonly log: LoggedVaultCall[] = [];
  readonly #vaults: readonly Vault[];
  readonly #clock: Clock;
  readonly #tell: (event: ResourceEvent) => void;
  readonly #gate = new Gate();
  readonly #spec = new SecretSpec();
  #servers: readonly VaultServer[] = [];

  constructor({ vaults, clock = realClock, tell = () => {} }: KeyVaultsOptions) {
    this.#vaults = vaults.map((vault) => new Vault(vault, clock));
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The data actions that let calls through. */
  get usedActions(): ReadonlySet<string> {
    return this.#gate.used;
  }

  /** Bodies, ours or a caller's, that were not as the specification says. */
  get specViolations(): readonly VaultViolation[] {
    return this.#spec.violations;
  }

  get validated(): { readonly answers: number; readonly requests: number } {
    return this.#spec.validated;
  }

  /** What callers may do from now on, as the `dataActions` of a role; unless told, what the program needs. */
  grant(dataActions: readonly string[]): void {
    this.#gate.grant(dataActions);
  }

  /** Whether the vault's network rules refuse everybody from now on. */
  setClosed(vault: string, closed: boolean): void {
    this.#vault(vault).closed = closed;
  }

  /** Null when the connection is cut. @throws Error when the URL is of none of the vaults */
  async serve(request: VaultRequest): Promise<Answer | null> {
    const vault = this.#vaults.find((one) => isAt(one, request.url));
    if (vault === undefined) throw new Error(`There is no vault at ${request.url.host}.`);
    const { method, url } = request;
    // A vault's URL may end with a slash of its own.
    const path = decodeURIComponent(url.pathname).replace(/^\/+/, '/');
    const call: LoggedVaultCall = { at: this.#clock.now(), vault: vault.name, method, path, status: null };
    this.log.push(call);
    this.ring();
    const told = `https://${vault.name}.vault.azure.net${path}${url.search}`;
    const answer = await this.faults.answer(method, told, () =>
      answerCall(vault, path, request, { gate: this.#gate, spec: this.#spec, tell: this.#tell }),
    );
    call.status = answer?.status ?? null;
    return answer;
  }

  /** For a `SecretClient` of a vault that is in this process, without a server. */
  httpClient(): HttpClient {
    return inProcessClient(
      (request) => this.serve(request),
      (url) => this.#vaults.some((vault) => isAt(vault, url)),
    );
  }

  /** Serves every vault at a URL of its own on loopback until `stop`. */
  async start(certificate: { readonly cert: string; readonly key: string }): Promise<void> {
    const start = async (vault: Vault) => {
      const server = await startVaultServer(certificate, (request) => this.serve(request));
      vault.url = server.url;
      return server;
    };
    this.#servers = await Promise.all(this.#vaults.map(start));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  /** Where the vault is reached, without a slash at its end. */
  url(vault: string): string {
    return this.#vault(vault).url;
  }

  /** Tells the events that the clock has made due. Every call does so too. */
  ring(): void {
    for (const event of this.#vaults.flatMap((vault) => vault.due())) this.#tell(event);
  }

  /** Past the servers: no fault strikes, no log entry. */
  asPerson(): VaultPerson {
    return personWithVaults((name) => this.#vault(name), this.#tell);
  }

  /** The versions of a secret with their values, in the order of setting; none when it is not there, or deleted. */
  versions(vault: string, name: string): readonly Readonly<StoredVersion>[] {
    return this.#vault(vault).secrets.present(name)?.versions ?? [];
  }

  /** Of a version, enabled or not, or of the latest; null when there is none. */
  value(vault: string, name: string, version?: string): string | null {
    const found = this.versions(vault, name).findLast(({ id }) => version === undefined || id === version);
    return found?.value ?? null;
  }

  /** Every value that was ever set, also of what is gone. */
  allValues(): readonly string[] {
    return this.#vaults.flatMap(({ secrets }) => secrets.values);
  }

  #vault(name: string): Vault {
    const vault = this.#vaults.find((one) => one.name === name);
    if (vault === undefined) throw new Error(`There is no vault ${name}.`);
    return vault;
  }
}

function isAt({ name, url: own }: Vault, url: URL): boolean {
  return url.origin === own || url.hostname === `${name}.vault.azure.net`.toLowerCase();
}
