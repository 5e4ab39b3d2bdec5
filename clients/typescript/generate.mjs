// Writes the types of what a program calls, from the server's description of itself: node generate.mjs DOCUMENT TYPES

import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const [from, to] = process.argv.slice(2);
const document = JSON.parse(readFileSync(from, 'utf8'));

// The other paths are those of the pages, which bring their own types; under /crm stands the same again.
const CALLED = /^\/(inbox\/v2|chat\/v1|events\/v1)/;
const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => CALLED.test(path)));
for (const operation of Object.values(paths).flatMap(Object.values)) {
  // Every error is an `ErrorBody`, which is what errors.ts reads.
  operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')));
}

/** The types that a part of the document leads to. */
function reach(part, found = new Set(['ErrorBody'])) {
  for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (!found.has(name)) {
      found.add(name);
      reach(document.components.schemas[name], found);
    }
  }
  return found;
}
const schemas = {};
for (const name of [...reach([paths, document.components.schemas.ErrorBody])].sort()) {
  schemas[name] = document.components.schemas[name];
}

const types = await openapiTS({ ...document, paths, components: { schemas } }, { rootTypes: true, rootTypesNoSchemaPrefix: true });
writeFileSync(to, `// Generated from the server's OpenAPI document: cargo xtask client\n\n${astToString(types)}`);
