import type { FaultName } from '../collector/faults/index.js';
import { exporterFor } from '../harness/endpoints.js';
import { form } from '../harness/form.js';
import type { Scene } from '../harness/scene.js';
import type { DoorPlan } from '../harness/started-collector.js';
import type { Story } from '../harness/story.js';

type Protocol = DoorPlan['protocol'];

export interface OutageFacts {
  /** It is only late or only in part: nothing fails. */
  readonly fails?: boolean;
  readonly losesAnswers?: boolean;
  readonly backlog?: number;
}

const door = (protocol: Protocol): DoorPlan => ({ name: 'collector', protocol });

const turnsTo =
  (fault: FaultName) =>
  async ({ collector, trouble, recovered }: Scene): Promise<void> => {
    await collector.turn(fault);
    await trouble();
    await collector.turn('well');
    await recovered();
  };

/** Well, in trouble, well again. */
export function outage(
  name: string,
  protocol: Protocol,
  trouble: FaultName | ((scene: Scene) => Promise<void>),
  { fails = true, losesAnswers = false, backlog }: OutageFacts = {},
): Story {
  return {
    name: `${name} (${protocol})`,
    doors: [{ ...door(protocol), ...(backlog !== undefined && { backlog }) }],
    act: typeof trouble === 'string' ? turnsTo(trouble) : trouble,
    endsWell: true,
    failing: fails ? 1 : 0,
    recovering: fails ? 1 : 0,
    losesAnswers,
    waitMs: form.exporterTimeoutMs,
  };
}

/** Well, and in trouble until the process has ended. */
export function lastingOutage(
  name: string,
  protocol: Protocol,
  fault: FaultName,
  { fails = true, losesAnswers = false }: OutageFacts = {},
): Story {
  return {
    ...outage(name, protocol, fault, { fails, losesAnswers }),
    name: `${name}, to the end (${protocol})`,
    act: async (scene) => {
      await scene.collector.turn(fault);
      await scene.trouble();
    },
    endsWell: false,
    recovering: 0,
  };
}

/** Never there at all: the exporter is sent to another place than a door. */
export function neverThere(
  name: string,
  protocol: Protocol,
  where: { readonly scheme?: string; readonly host?: string },
  plan: Partial<DoorPlan> = {},
): Story {
  return {
    name: `${name} (${protocol})`,
    doors: [{ ...door(protocol), ...plan }],
    exporters: (port) => [exporterFor(protocol, port('collector'), where)],
    act: (scene) => scene.trouble(),
    endsWell: false,
    failing: 1,
    recovering: 0,
    waitMs: form.exporterTimeoutMs,
  };
}
