import { brokenAnswer, brokenGrpcAnswer } from './broken-answer.js';
import { endlessAnswer } from './endless-answer.js';
import { hanging } from './hanging.js';
import { html } from './html.js';
import { notHttp } from './not-http.js';
import { partial } from './partial.js';
import { refusing } from './refusing.js';
import { invalid, overloaded, tooLarge, unauthenticated, unavailable } from './refusals.js';
import { resetMidAnswer } from './reset-mid-answer.js';
import { resetMidBody } from './reset-mid-body.js';
import { silent } from './silent.js';
import { slow, sluggish, tardy } from './slow.js';
import { well } from './well.js';

/** By the name they are asked for from another process. */
export const faults = {
  well,
  refusing,
  hanging,
  silent,
  slow,
  sluggish,
  tardy,
  resetMidBody,
  resetMidAnswer,
  notHttp,
  html,
  brokenAnswer,
  brokenGrpcAnswer,
  endlessAnswer,
  overloaded,
  unavailable,
  invalid,
  tooLarge,
  unauthenticated,
  partial,
};

export type FaultName = keyof typeof faults;
