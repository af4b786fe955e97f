import { describeOn } from './databases/describe-on.js';
import { MARIADB } from './databases/mariadb.js';
import { everySuite } from './suites/every-suite.js';

describeOn(MARIADB, everySuite);
