import { describeOn } from './databases/describe-on.js';
import { SQLJS } from './databases/sqljs.js';
import { everySuite } from './suites/every-suite.js';

describeOn(SQLJS, everySuite);
