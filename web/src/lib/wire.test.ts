import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';
import document from '../../../docs/openapi.json?raw';
import generated from './wire.gen.ts?raw';

it('the types of the wire are those of the OpenAPI document: `npm run types` renews them', async () => {
  expect(COMMENT_HEADER + astToString(await openapiTS(document))).toBe(generated);
});
