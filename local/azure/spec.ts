import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Direction } from './dialect.ts';
import { translate } from './dialect.ts';
import type { Json } from './json.ts';
import { isObject, part, parts, text } from './json.ts';

const CONTRACT = new URL('../../test/contract/', import.meta.url);
const EVENTS = 'event-grid/Microsoft.Resources/stable/2018-01-01/Resources.json';

/** An operation of the specification. */
interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Of its examples: file names. */
  readonly examples: readonly string[];
  /** The name of its body parameter and what that must be; null when it takes no body. */
  readonly request: { readonly name: string; readonly schema: Json } | null;
  /** By status; `default` is the error. */
  readonly answers: Readonly<Record<string, Json | null>>;
}

/** The official specification, as a judge of bodies. */
export class Spec {
  readonly operations: readonly Operation[];
  readonly #judges: Record<Direction, Judge>;
  readonly #events: Judge;

  constructor() {
    const swagger = readContract('BatchManagement.json');
    this.operations = operationsOf(swagger);
    this.#judges = { request: new Judge(swagger, 'request'), answer: new Judge(swagger, 'answer') };
    this.#events = new Judge(readContract(EVENTS), 'answer');
  }

  find(method: string, path: string): Operation | null {
    return this.operations.find((one) => one.method === method && patternOf(one.path).test(path)) ?? null;
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

class Judge {
  readonly #ajv: Ajv;

  constructor(swagger: Json, direction: Direction) {
    // A process compiles a few of these, and checks a few hundred bodies: less code for less time to make it.
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, code: { optimize: false } });
    formats.default(this.#ajv);
    this.#ajv.addFormat('arm-id', /^(?:\/.*)?$/);
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
