export function freePort(): Promise<number>;
export function requireFree(port: number, what: string): Promise<void>;

/** A process that can be started again at the same place, with the same data. */
export type Child<Ready> = {
  readonly pid: number;
  readonly ready: Ready;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): boolean;
  /** Settles when the process that runs now is gone. */
  ended(): Promise<void>;
  /** Starts it again once it has ended, and settles when it serves; leaves alone what runs and was not killed. */
  restart(): Promise<Ready>;
  stop(): Promise<void>;
};

export type TemporalServer = Child<void> & { address: string; uiAddress: string | null };
export function startTemporal(options: {
  dir: string;
  port?: number;
  uiPort?: number;
  ui?: boolean;
  codecEndpoint?: string;
  searchAttributes?: Record<string, string>;
  dynamicConfig?: Record<string, string>;
}): Promise<TemporalServer>;

/** A server of its own, or a database on one that somebody else runs. */
export type PostgresServer = { url: string } & (Child<void> | { pid: null; stop(): Promise<void> });
export function startPostgres(options: { dir: string; port?: number; fsync?: boolean }): Promise<PostgresServer>;

export function spawnNode<Ready>(
  entry: string,
  options: { env: Record<string, string>; logFile: string; args?: string[] },
): Promise<Child<Ready>>;
