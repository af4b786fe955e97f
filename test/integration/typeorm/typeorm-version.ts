/** The project `nest-11` runs the same suites on TypeORM 0.3. */
export const IS_TYPEORM_0_3 = process.env['NESTRACE_TEST_NEST'] === '11';
