export { incomingProviders } from './incoming.providers.js';
