// Loaded before a worker's entry: the worker runs as it is, and tells the bench when each activity started. The instant
// is that of the monotonic clock, which all processes of a machine share; the way to the bench is not in it.
// Plain JavaScript, because it is loaded before anything that reads TypeScript.
import { connect } from 'node:net';
import { Worker } from '@temporalio/worker';

const create = Worker.create.bind(Worker);

Worker.create = (options) => {
  const bench = connect(Number(process.env.BENCH_PORT), '127.0.0.1');
  bench.on('error', () => undefined);
  bench.unref();
  const tell = (note) => void bench.write(`${JSON.stringify(note)}\n`);
  const { connection: _c, taskQueue: _t, workflowBundle: _w, activities: _a, dataConverter: _d, ...settings } = options;
  tell({ settings });
  const noteStart = ({ info }) => ({
    inbound: {
      execute(input, next) {
        const startedNs = String(process.hrtime.bigint());
        tell({ workflowId: info.workflowExecution.workflowId, activity: info.activityType, startedNs });
        return next(input);
      },
    },
  });
  return create({ ...options, interceptors: { activity: [noteStart] } });
};
