import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Direction } from './dialect.ts';
import { translate } from './dialect.ts';
import type { Json } from './json.ts';
import { isObject, part, parts, text } from './json.ts';
import { Trimmer } from './trim.ts';
import { definitionsAt, NEWEST, SPECIFIED } from './versions.ts';

const CONTRACT = new URL('../../test/contract/', import.meta.url);
const EVENTS = 'event-grid/Microsoft.Resources/stable/2018-01-01/Resources.json';

/** An operation of the specification. */
interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Of the paths of calls. */
  readonly pattern: RegExp;
  /** Of its examples: file names. */
  readonly examples: readonly string[];
  /** The name of its body parameter and what that must be; null when it takes no body. */
  readonly request: { readonly name: string; readonly schema: Json } | null;
  /** By status; `default` is the error. */
  readonly answers: Readonly<Record<string, Json | null>>;
}

const specs = new Map<string, Spec>();

/** The specification at an api-version; one for the process, which makes the checks of a schema at its first use. */
export function specAt(apiVersion: string): Spec {
  const version = apiVersion === NEWEST ? NEWEST : SPECIFIED;
  const spec = specs.get(version) ?? new Spec(version);
  specs.set(version, spec);
  return spec;
}

/**
 * The official specification of an api-version, as a judge of bodies. That of the newest is the one that is at hand with
 * what is known to differ.
 */
export class Spec {
  readonly operations: readonly Operation[];
  readonly #judges: Record<Direction, Judge>;
  readonly #events: Judge;
  readonly #trimmer: Trimmer;

  constructor(apiVersion: string = SPECIFIED) {
    const specified = readContract('BatchManagement.json');
    const definitions = definitionsAt(part(specified, 'definitions'), apiVersion);
    const swagger = { ...specified, definitions };
    this.#trimmer = new Trimmer(definitions, apiVersion);
    this.operations = operationsOf(swagger);
    this.#judges = { request: new Judge(swagger, 'request'), answer: new Judge(swagger, 'answer') };
    this.#events = new Judge(readContract(EVENTS), 'answer');
  }

  find(method: string, path: string): Operation | null {
    return this.operations.find((one) => one.method === method && one.pattern.test(path)) ?? null;
  }

  /** Of a request's body what the version defines of the resource: all else is not stored. */
  accepted(method: string, path: string, body: unknown): unknown {
    // What may not be changed is for the provider to refuse.
    return this.shown(method, path, 200, body);
  }

  /** Of an answer's body what the version defines: all else is not shown. */
  shown(method: string, path: string, status: number, body: unknown): unknown {
    const schema = this.find(method, path)?.answers[String(status)] ?? null;
    return schema === null ? body : this.#trimmer.trim(body, schema);
  }

  /** What is wrong with a request's body; empty is well. */
  checkRequest(operation: Operation, body: unknown): readonly string[] {
    if (operation.request === null) return body === undefined ? [] : ['The operation takes no body.'];
    return this.#judges.request.judge(operation.request.schema, body);
  }

  /** What is wrong with an answer. */
  checkAnswer(operation: Operation, status: number, body: unknown): readonly string[] {
    const schema = operation.answers[String(status)] ?? (status < 400 ? undefined : operation.answers['default']);
    if (schema === null || schema === undefined) {
      if (operation.answers[String(status)] === undefined) return [`The operation does not answer ${status}.`];
      return body === undefined ? [] : ['The answer has no body.'];
    }
    return this.#judges.answer.judge(schema, body);
  }

  /** What is wrong with the data of an event, such as `Microsoft.Resources.ResourceWriteSuccess`. */
  checkEventData(eventType: string, data: unknown): readonly string[] {
    const name = `${eventType.replace('Microsoft.Resources.', '')}Data`;
    return this.#events.judge({ $ref: `#/definitions/${name}` }, data);
  }
}

/** Holds bodies against the definitions of a specification. */
export class Judge {
  readonly #ajv: Ajv;

  constructor(swagger: Json, direction: Direction) {
    // A process compiles a few of these, and checks a few hundred bodies: less code for less time to make it.
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, code: { optimize: false } });
    formats.default(this.#ajv);
    this.#ajv.addFormat('arm-id', /^(?:\/.*)?$/);
    this.#ajv.addFormat('unixtime', true);
    this.#ajv.addKeyword({
      keyword: 'enumIgnoringCase',
      validate: (allowed: readonly unknown[], value: unknown) =>
        allowed.some((one) => text(one).toLowerCase() === text(value).toLowerCase()),
    });
    const definitions = Object.entries(part(swagger, 'definitions'));
    const translated = definitions.map(([name, one]) => [name, translate(part(one), direction)]);
    this.#ajv.addSchema({ $id: 'spec', definitions: Object.fromEntries(translated) });
  }

  judge(schema: Json, body: unknown): readonly string[] {
    const reference = `spec${text(schema['$ref'])}`;
    const validate = this.#ajv.getSchema(reference);
    if (validate === undefined) throw new Error(`The specification has no ${reference}`);
    if (validate(body) === true) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is wrong'}`,
    );
  }
}

function operationsOf(swagger: Json): Operation[] {
  return Object.entries(part(swagger, 'paths')).flatMap(([path, methods]) =>
    Object.entries(part(methods)).map(([method, operation]) => {
      const body = parts(part(operation), 'parameters').find((parameter) => parameter['in'] === 'body');
      const answers = Object.entries(part(operation, 'responses')).map(([status, answer]) => {
        const { schema } = part(answer);
        return [status, isObject(schema) ? schema : null];
      });
      return {
        id: text(part(operation)['operationId']),
        method: method.toUpperCase(),
        path,
        pattern: patternOf(path),
        examples: Object.values(part(operation, 'x-ms-examples')).map((one) => text(part(one)['$ref'])),
        request: body === undefined ? null : { name: text(body['name']), schema: part(body, 'schema') },
        answers: Object.fromEntries(answers),
      };
    }),
  );
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`, 'i');
}

/** A JSON file of the contract: an object. */
export function readContract(name: string): Json {
  return part(JSON.parse(readFileSync(new URL(name, CONTRACT), 'utf8')));
}
