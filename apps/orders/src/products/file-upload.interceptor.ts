import { FileInterceptor as ExpressFileInterceptor } from '@nestjs/platform-express';
import { FileInterceptor as FastifyFileInterceptor } from '@nestjs/platform-fastify/multipart';
import { usesFastify } from '../http-adapter.js';

const FileInterceptor = usesFastify ? FastifyFileInterceptor : ExpressFileInterceptor;

/** Takes one file from the field `file`. An application with one adapter uses its interceptor directly. */
export const FileUploadInterceptor = FileInterceptor('file', { limits: { fileSize: 1_000_000 } });
