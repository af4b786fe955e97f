export { OtelTypeOrmSubscriber } from './edges/typeorm/otel-typeorm.subscriber.js';
