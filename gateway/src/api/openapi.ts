/** The OpenAPI document of the dashboard's API, read from the controllers themselves: there is no second description. */
import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import * as z from 'zod';
import { errorBody } from '../../../contracts/errors.js';
import { ACCESS, type AccessRule } from './access.js';
import { ANSWER, RAW_BODY, type RawAnswer } from './answers.js';

interface Argument {
  data?: string;
  schema?: z.ZodType;
}

/** One route as its decorators say it. */
export interface ApiRoute {
  /** `get`, `put` … */
  method: string;
  /** `/v1/me/channels/{kind}` */
  path: string;
  /** `ChannelsController.link` */
  name: string;
  /** Undefined is refused to everybody. */
  access: AccessRule | undefined;
  status: number;
  params: Record<string, z.ZodType>;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  takesBytes: boolean;
  answer: z.ZodType | RawAnswer | undefined;
}

export function routesOf(controllers: readonly Type[]): ApiRoute[] {
  return controllers.flatMap((controller) => {
    const handlers = Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
      const handler: unknown = (controller.prototype as Record<string, unknown>)[name];
      return typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler)
        ? [{ name, handler }]
        : [];
    });
    return handlers.map(({ name, handler }) => routeOf(controller, name, handler));
  });
}

function routeOf(controller: Type, name: string, handler: object): ApiRoute {
  const read = <T>(key: string, from: object = handler): T | undefined =>
    Reflect.getMetadata(key, from) as T | undefined;
  const method = RequestMethod[read<RequestMethod>(METHOD_METADATA) ?? RequestMethod.GET].toLowerCase();
  const raw = [read<string>(PATH_METADATA, controller), read<string>(PATH_METADATA)].join('/');
  const path = `/${raw.split('/').filter(Boolean).join('/')}`.replace(/:(\w+)/g, '{$1}');
  const described = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as
    Record<string, Argument> | undefined;
  const byPlace = Object.entries(described ?? {}).map(([key, each]) => ({
    place: key.split(':')[0],
    ...each,
  }));
  const of = (place: RouteParamtypes): z.ZodType | undefined =>
    byPlace.find((each) => each.place === String(place) && each.data === undefined)?.schema;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
  const paramSchema = (param: string): z.ZodType =>
    byPlace.find((each) => each.place === String(RouteParamtypes.PARAM) && each.data === param)?.schema ??
    z.string();
  return {
    method,
    path,
    name: `${controller.name}.${name}`,
    access: read<AccessRule>(ACCESS) ?? read<AccessRule>(ACCESS, controller),
    status: read<number>(HTTP_CODE_METADATA) ?? (method === 'post' ? 201 : 200),
    params: Object.fromEntries(names.map((param) => [param, paramSchema(param)])),
    query: of(RouteParamtypes.QUERY),
    body: of(RouteParamtypes.BODY),
    takesBytes: read<boolean>(RAW_BODY) ?? false,
    answer: read<z.ZodType | RawAnswer>(ANSWER),
  };
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const json = (schema: z.ZodType, io: 'input' | 'output'): unknown => ({
  content: { 'application/json': { schema: jsonSchema(schema, io) } },
});

const bytes = (type: string): unknown => ({ content: { [type]: { schema: { type: 'string' } } } });

const retryAfter = {
  'Retry-After': {
    description: 'With 429, where the limit knows it: the seconds until the same call may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
};

export function openApi(controllers: readonly Type[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routesOf(controllers).sort((one, other) => (one.path < other.path ? -1 : 1)))
    (paths[route.path] ??= {})[route.method] = operation(route);
  return { openapi: '3.1.0', info: { title: 'Ara', version: '1' }, paths };
}

function operation(route: ApiRoute): unknown {
  const { answer, status, query, body, params, access } = route;
  const queryFields = query
    ? (jsonSchema(query, 'input') as { properties?: Record<string, unknown>; required?: string[] })
    : {};
  const parameters = [
    ...Object.entries(params).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: jsonSchema(schema, 'input'),
    })),
    ...Object.entries(queryFields.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: queryFields.required?.includes(name) ?? false,
      schema,
    })),
  ];
  const good = typeof answer === 'string' ? bytes(answer) : answer ? json(answer, 'output') : {};
  return {
    operationId: route.name,
    'x-audience': access?.audience ?? 'nobody',
    'x-step-up': access?.stepUp ?? false,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? { requestBody: { required: true, ...(json(body, 'input') as object) } }
      : route.takesBytes
        ? { requestBody: { required: true, ...(bytes('application/octet-stream') as object) } }
        : {}),
    responses: {
      [status]: { description: 'done', ...(good as object) },
      default: { description: 'refused', headers: retryAfter, ...(json(errorBody, 'output') as object) },
    },
  };
}
