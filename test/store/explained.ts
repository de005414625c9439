import type { Client, Pool } from '../../store/db.js';

/** A session that keeps the plans of what it runs, those within triggers too, with what they read. */
export async function explained(
  pool: Pool,
  work: (client: Client) => Promise<void>,
  format: 'text' | 'json' = 'text',
): Promise<string[]> {
  const client = await pool.connect();
  try {
    const plans: string[] = [];
    client.on('notice', ({ message }) => plans.push(message ?? ''));
    await client.query("load 'auto_explain'");
    const settings = [
      'log_min_duration = 0',
      'log_nested_statements = on',
      'log_analyze = on',
      `log_format = ${format}`,
    ];
    for (const setting of settings) await client.query(`set auto_explain.${setting}`);
    await client.query('set client_min_messages = log');
    await work(client);
    return plans;
  } finally {
    client.release(true);
  }
}

/** Rows of a table that a plan has looked at, given on or not. */
export function rowsReadOf(plan: Plan, table: string): number {
  const looked = nodesOf(plan).filter((one) => one['Relation Name'] === table && 'Actual Rows' in one);
  const removed = (one: Plan): number =>
    (one['Rows Removed by Filter'] ?? 0) + (one['Rows Removed by Index Recheck'] ?? 0);
  return looked.reduce((sum, one) => sum + (one['Actual Rows'] + removed(one)) * one['Actual Loops'], 0);
}

export type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Rows Removed by Index Recheck'?: number;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};

export function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
