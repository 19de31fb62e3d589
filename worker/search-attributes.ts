import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/search-attributes';

const types = temporal.api.enums.v1.IndexedValueType;
const indexedTypes = {
  KEYWORD: types.INDEXED_VALUE_TYPE_KEYWORD,
  BOOL: types.INDEXED_VALUE_TYPE_BOOL,
} as const;

/** gRPC's codes ALREADY_EXISTS and UNIMPLEMENTED. */
const alreadyExists = '6';
const unimplemented = '12';

/** Makes our search attributes known to the Temporal server, where they are not yet. */
export async function registerSearchAttributes(
  { operatorService }: NativeConnection,
  namespace: string,
): Promise<void> {
  const known = await knownAttributes(operatorService, namespace);
  const missing = Object.values(searchAttributes).filter(({ name }) => !(name in known));
  if (missing.length === 0) return;
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, indexedTypes[type]]),
      ),
    });
  } catch (error) {
    // Another worker was quicker.
    if (!hasCode(error, alreadyExists)) throw error;
  }
}

/** The time-skipping test server can only be told, not asked. */
async function knownAttributes(
  operatorService: NativeConnection['operatorService'],
  namespace: string,
): Promise<object> {
  try {
    return (await operatorService.listSearchAttributes({ namespace })).customAttributes;
  } catch (error) {
    if (hasCode(error, unimplemented)) return {};
    throw error;
  }
}

const hasCode = (error: unknown, code: string) =>
  isGrpcServiceError(error) && String(error.code) === code;
