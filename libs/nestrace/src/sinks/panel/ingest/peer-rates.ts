import { BoundedMap } from '../../../core/bounded-map.js';

const PER_SECOND = 20;
const MAX_PEERS = 256;

interface Allowance {
  left: number;
  at: number;
}

/** So many requests a second of one address, the same number at once. */
export class PeerRates {
  private readonly peers = new BoundedMap<string, Allowance>(MAX_PEERS);

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether one more may come. */
  take(peer: string): boolean {
    const now = this.now();
    let allowance = this.peers.get(peer);
    if (allowance === undefined) this.peers.set(peer, (allowance = { left: PER_SECOND, at: now }));
    const refilled = allowance.left + ((now - allowance.at) / 1000) * PER_SECOND;
    allowance.left = Math.min(PER_SECOND, refilled);
    allowance.at = now;
    if (allowance.left < 1) return false;
    allowance.left--;
    return true;
  }
}
