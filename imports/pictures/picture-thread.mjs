// Entry of a thread that draws a picture. A thread does not inherit tsx from its process, so it is asked for here.
import { register } from 'tsx/esm/api';

register();
await import('./picture-thread.ts');
