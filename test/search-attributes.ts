import { SEARCH_ATTRIBUTES } from '../workflows/contract.js';

process.stdout.write(JSON.stringify(SEARCH_ATTRIBUTES));
