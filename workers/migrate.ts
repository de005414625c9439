import { migrate } from '../store/migrate.js';
import { readConfig } from './config.js';

await migrate(readConfig(process.env).DATABASE_URL);
