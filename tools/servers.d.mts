export function freePort(): Promise<number>;
export function requireFree(port: number, what: string): Promise<void>;

export type TemporalServer = {
  address: string;
  uiAddress: string | null;
  readonly pid: number;
  kill(signal: NodeJS.Signals): boolean;
  restart(): Promise<void>;
  stop(): Promise<void>;
};
export function startTemporal(options: {
  dir: string;
  port?: number;
  uiPort?: number;
  ui?: boolean;
  codecEndpoint?: string;
  searchAttributes?: Record<string, string>;
  dynamicConfig?: Record<string, string>;
}): Promise<TemporalServer>;

export type PostgresServer = { url: string; pid: number | null; stop(): Promise<void> };
export function startPostgres(options: { dir: string; port?: number; fsync?: boolean }): Promise<PostgresServer>;

export type Child<Ready> = {
  readonly pid: number;
  readonly ready: Ready;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): boolean;
  restart(): Promise<Ready>;
  stop(): Promise<void>;
};
export function spawnNode<Ready>(
  entry: string,
  options: { env: Record<string, string>; logFile: string; args?: string[] },
): Promise<Child<Ready>>;
