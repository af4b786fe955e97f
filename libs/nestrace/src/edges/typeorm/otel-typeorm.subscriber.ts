import { EventSubscriber } from 'typeorm';
import { QuerySubscriber } from './query-subscriber.js';

/**
 * The subscriber `OtelModule` puts on every DataSource it finds, as a class to be listed. List it to
 * see the queries of the start-up too (migrations, `synchronize`), or for a DataSource that is not
 * a provider of the application.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ type: 'postgres', subscribers: [OtelTypeOrmSubscriber] });
 * ```
 *
 * @publicApi
 */
@EventSubscriber()
export class OtelTypeOrmSubscriber extends QuerySubscriber {}
