/**
 * Whole numbers by their place from 0, one at each. Of a million recipients a column takes four megabytes, where an object for
 * each would take a hundred. What was not put is `unset`.
 */
export type Column = { numbers: Int32Array; readonly unset: number };

const FIRST_SIZE = 256;

export function newColumn(unset = 0): Column {
  return { numbers: new Int32Array(FIRST_SIZE).fill(unset), unset };
}

export function numberAt({ numbers, unset }: Column, place: number): number {
  return numbers[place] ?? unset;
}

export function putNumber(column: Column, place: number, number: number): void {
  const { length } = column.numbers;
  if (place >= length) {
    const larger = new Int32Array(Math.max(place + 1, 2 * length)).fill(column.unset, length);
    larger.set(column.numbers);
    column.numbers = larger;
  }
  column.numbers[place] = number;
}
