import { describeOn } from './databases/describe-on.js';
import { BETTER_SQLITE3 } from './databases/better-sqlite3.js';
import { everySuite } from './suites/every-suite.js';

describeOn(BETTER_SQLITE3, everySuite);
