export { lifecycleProviders } from './lifecycle.providers.js';
export { LifecycleEdge } from './lifecycle.edge.js';
