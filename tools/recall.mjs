#!/usr/bin/env node
// The command as `npx recall` runs it: `npm run recall` without the lines that npm prints before a script's own.
process.argv.splice(2, 0, 'recall');
await import('./run.mjs');
