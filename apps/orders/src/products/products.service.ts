import { BadRequestException, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { parseProducts } from './parse-products.js';
import { Product } from './product.entity.js';

@Injectable()
export class ProductsService {
  constructor(@InjectRepository(Product) private readonly products: Repository<Product>) {}

  findAll(): Promise<Product[]> {
    return this.products.find({ order: { sku: 'ASC' } });
  }

  /** The products with these numbers, by number. */
  async findBySku(skus: readonly string[]): Promise<Map<string, Product>> {
    const found = await this.products.findBy({ sku: In(skus) });
    const products = new Map(found.map((product) => [product.sku, product]));
    const unknown = skus.filter((sku) => !products.has(sku));
    if (unknown.length > 0) throw new BadRequestException(`Unknown: ${unknown.join(', ')}`);
    return products;
  }

  async import(csv: string): Promise<number> {
    const products = parseProducts(csv);
    await this.products.upsert(products, ['sku']);
    return products.length;
  }
}
