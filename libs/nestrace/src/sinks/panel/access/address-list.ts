import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { OtelConfigError } from '../../../core/errors/otel-config.error.js';

/** Sockets that take both versions of IP write IPv4 as IPv6. */
export function plainAddress(address: string | undefined): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address ?? '');
  return mapped?.[1] ?? address;
}

/** A set of addresses, given one by one or as ranges. */
export class AddressList {
  private readonly list = new BlockList();

  /** @throws OtelConfigError for what looks like a range and is none, `10.0.0.999/8` for example */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.add(range);
  }

  has(address: string | undefined): boolean {
    const plain = plainAddress(address) ?? '';
    if (isIPv4(plain)) return this.list.check(plain, 'ipv4');
    return isIPv6(plain) && this.list.check(plain, 'ipv6');
  }

  private add(range: string): void {
    const [given = '', bits] = range.split('/');
    const address = plainAddress(given) ?? '';
    const isOld = isIPv4(address);
    const length = bits === undefined ? (isOld ? 32 : 128) : Number(bits);
    if ((!isOld && !isIPv6(address)) || !(length >= 0 && length <= (isOld ? 32 : 128))) {
      throw OtelConfigError.fromProblems([
        {
          path: 'panel.allowFrom',
          shown: JSON.stringify(range),
          accepted: 'IP addresses or ranges such as "172.16.0.0/12"',
        },
      ]);
    }
    this.list.addSubnet(address, length, isOld ? 'ipv4' : 'ipv6');
  }
}

const loopback = new AddressList(['127.0.0.0/8', '::1']);

export function isLoopback(address: string | undefined): boolean {
  return loopback.has(address);
}
