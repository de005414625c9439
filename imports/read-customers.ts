import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numbering from 'libphonenumber-js/max/metadata';
import type { FoundError } from '../engine/errors.js';
import { isMailAddress } from '../engine/mail-address.js';
import { columnsOf } from './columns.js';
import { createCsvReader, type TableReader, type TakeRecord } from './csv.js';
import { addError, type Findings } from './findings.js';
import { spoiled } from './values.js';

const NAME_LENGTH_MAX = 200;

/** One of those whom somebody supplied, as they have written it down. */
export type CustomerCells = Record<CustomerColumn, string>;
export const CUSTOMER_COLUMNS = ['name', 'email', 'phone', 'quantity'] as const;
export type CustomerColumn = (typeof CUSTOMER_COLUMNS)[number];
export type ReadCustomer = { name: string; email: string | null; sms: string | null; units: number };
/** What can be wrong with one: the page says it in the words of who wrote it. */
export type CustomerFault = { column: CustomerColumn; why: 'name' | 'email' | 'phone' | 'quantity' | 'address' };

/** Reads one customer, of a line of a file or of a form; or all that is wrong with it. */
export function readCustomer(cells: CustomerCells): { customer: ReadCustomer } | { faults: CustomerFault[] } {
  const [name, email, phone, quantity] = CUSTOMER_COLUMNS.map((column) => cells[column].trim()) as [
    string,
    string,
    string,
    string,
  ];
  const faults: CustomerFault[] = [];
  const number = phone === '' ? undefined : parsePhoneNumberFromString(phone, {}, numbering);
  if (name === '' || name.length > NAME_LENGTH_MAX || spoiled(name) !== null)
    faults.push({ column: 'name', why: 'name' });
  if (email !== '' && !isMailAddress(email)) faults.push({ column: 'email', why: 'email' });
  if (phone !== '' && (!number?.isPossible() || number.getType() === 'FIXED_LINE'))
    faults.push({ column: 'phone', why: 'phone' });
  if (email === '' && phone === '') faults.push({ column: 'email', why: 'address' });
  if (!/^[1-9]\d{0,8}$/.test(quantity)) faults.push({ column: 'quantity', why: 'quantity' });
  if (faults.length > 0) return { faults };
  return { customer: { name, email: email || null, sms: number?.number ?? null, units: Number(quantity) } };
}

type Sink = {
  onCustomer: (customer: ReadCustomer, line: number) => void;
  onFault: (fault: CustomerFault, line: number) => void;
  findings: Findings;
};

/**
 * Reads a file of those whom somebody supplied, piece by piece. What is wrong with one is
 * told as a fault, what is wrong with the file is added to the findings.
 */
export function createCustomersReader(fileName: string, { onCustomer, onFault, findings }: Sink): TableReader {
  const onHeader = (header: string[]): TakeRecord => {
    const wanted = CUSTOMER_COLUMNS.map((column) => ({
      field: column,
      column,
      isOptional: column === 'email' || column === 'phone',
    }));
    const index = columnsOf(fileName, header, wanted, findings);
    return (record, line) => {
      const cells = Object.fromEntries(
        CUSTOMER_COLUMNS.map((column) => [column, index[column] < 0 ? '' : record[index[column]]!]),
      ) as CustomerCells;
      const read = readCustomer(cells);
      if ('customer' in read) return onCustomer(read.customer, line);
      for (const fault of read.faults) onFault(fault, line);
    };
  };
  const onWrong = (error: FoundError): void => addError(findings, error);
  return createCsvReader(fileName, { onHeader, onWrong }, {});
}
