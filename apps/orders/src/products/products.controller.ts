import {
  Controller,
  Get,
  ParseFilePipe,
  Post,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import { FileUploadInterceptor } from './file-upload.interceptor.js';
import { ProductsService } from './products.service.js';

@Controller('products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  findAll() {
    return this.products.findAll();
  }

  @Post('import')
  @UseGuards(ApiKeyGuard)
  @UseInterceptors(FileUploadInterceptor)
  async import(@UploadedFile(new ParseFilePipe()) file: { buffer: Buffer }) {
    return { imported: await this.products.import(file.buffer.toString()) };
  }
}
