import { describeOn } from './databases/describe-on.js';
import { MYSQL } from './databases/mariadb.js';
import { everySuite } from './suites/every-suite.js';

describeOn(MYSQL, everySuite);
