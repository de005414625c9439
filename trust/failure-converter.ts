import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures go through the codec too: they would otherwise stand in histories in clear text. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
