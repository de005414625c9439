// Entry of a thread that sets letters. A thread does not inherit tsx from its process, so it is asked for here.
import { register } from 'tsx/esm/api';

register();
await import('./letters-thread.ts');
