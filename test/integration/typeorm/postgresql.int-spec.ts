import { describeOn } from './databases/describe-on.js';
import { POSTGRESQL } from './databases/postgresql.js';
import { everySuite } from './suites/every-suite.js';

describeOn(POSTGRESQL, everySuite);
