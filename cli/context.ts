import type { Command } from 'commander';
import { addressOf, addressOfPerson, type AddressOptions } from './address.js';
import type { Api } from './client.js';
import type { Terminal } from './terminal.js';

/** What every family of commands is given. */
export type Context = {
  terminal: Terminal;
  /** As they were typed. */
  args: readonly string[];
  /** Where a running stack says how it is reached. */
  stackFile?: string;
  /** Set by a command whose question was answered with no: the exit code is then 1. */
  failed: () => void;
};

export type GlobalOptions = AddressOptions & { json?: boolean };

/** The options of a command together with those every command has. */
export function optionsOf<T extends object>(command: Command): T & GlobalOptions {
  return command.optsWithGlobals<T & GlobalOptions>();
}

export function apiOf(context: Context, options: GlobalOptions): Api {
  return addressOf(options, context.stackFile);
}

export function apiOfPerson(context: Context, options: GlobalOptions): Api {
  return addressOfPerson(options, context.stackFile);
}
