import 'reflect-metadata';
import { isJob, isListener } from './operation-metadata.js';

/**
 * Metadata that says: Nest calls this method, not the application. The packages are not imported;
 * most of them may not be installed.
 */
const HTTP_PATH = 'path';
const PATTERN = 'microservices:pattern';
const MESSAGE_MAPPING = 'websockets:message_mapping';
const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_PROPERTY = 'graphql:resolve_property';

export function isHandler(method: object): boolean {
  return (
    Reflect.hasMetadata(HTTP_PATH, method) ||
    Reflect.hasMetadata(PATTERN, method) ||
    Reflect.hasMetadata(MESSAGE_MAPPING, method) ||
    Reflect.hasMetadata(RESOLVER_TYPE, method) ||
    Reflect.hasMetadata(RESOLVER_PROPERTY, method) ||
    isJob(method) ||
    isListener(method)
  );
}
