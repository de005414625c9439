import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** In the place of a payload that cannot be read: a value that says so. What it held is neither kept nor shown. */
export function unreadable(why: string): Payload {
  return defaultPayloadConverter.toPayload({ unreadable: why })!;
}
