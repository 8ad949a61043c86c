import 'reflect-metadata';
import { run } from './bootstrap.js';

await run();
