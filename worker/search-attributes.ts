import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/search-attributes';

const types = temporal.api.enums.v1.IndexedValueType;
const indexedTypes = {
  KEYWORD: types.INDEXED_VALUE_TYPE_KEYWORD,
  BOOL: types.INDEXED_VALUE_TYPE_BOOL,
} as const;

/** gRPC's ALREADY_EXISTS. */
const alreadyExists = '6';

/** Makes our search attributes known to the Temporal server, where they are not yet. */
export async function registerSearchAttributes(
  { operatorService }: NativeConnection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => !(name in customAttributes));
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
    if (!isGrpcServiceError(error) || String(error.code) !== alreadyExists) throw error;
  }
}
