/** What is said of a document that `unfolded` gives null of. */
export const UNFOLDS_TOO_FAR = 'its aliases unfold to more than a document holds';

/**
 * The value of a document that may hold aliases; null where a few lines of aliases of aliases would unfold to more than any
 * machine holds, which its parser refuses with a ReferenceError.
 */
export function unfolded(read: () => unknown): { value: unknown } | null {
  try {
    return { value: read() };
  } catch (failed) {
    if (failed instanceof ReferenceError) return null;
    throw failed;
  }
}
