import type { Fault } from '../exchange.js';

/** Takes the spans, and says so in bytes nobody can read. */
export const brokenAnswer: Fault = {
  request: (exchange) => {
    exchange.answer('application/x-protobuf', Buffer.alloc(64, 0xff), true);
  },
};

/** The same inside a frame of gRPC. */
export const brokenGrpcAnswer: Fault = {
  request: (exchange) => {
    exchange.answer('application/grpc', Buffer.alloc(64, 0xff), true);
  },
};
