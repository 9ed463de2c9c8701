import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

it('the types of the wire are those of the OpenAPI document: `npm run types` renews them', async () => {
  const document = new URL('../../../docs/openapi.json', import.meta.url);
  const made = COMMENT_HEADER + astToString(await openapiTS(document));
  expect(made).toBe(readFileSync(new URL('./wire.gen.ts', import.meta.url), 'utf8'));
});
