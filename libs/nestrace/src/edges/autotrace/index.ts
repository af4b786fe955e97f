export { autoTraceProviders } from './autotrace.providers.js';
