import { BadRequestException } from '@nestjs/common';

const LINE = /^(?<sku>[\w-]+),(?<name>[^,]+),(?<priceCents>\d+)$/;

/** Reads lines of `sku,name,price in cents`. */
export function parseProducts(csv: string) {
  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new BadRequestException('The file is empty');
  return lines.map((line, index) => {
    const { sku, name, priceCents } = LINE.exec(line)?.groups ?? {};
    if (sku === undefined || name === undefined) {
      throw new BadRequestException(`Line ${index + 1} is not "sku,name,price in cents"`);
    }
    return { sku, name, priceCents: Number(priceCents) };
  });
}
