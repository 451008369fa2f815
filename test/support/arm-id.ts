import { type ArmId, parseArmId } from '../../shared/core/model/arm-id.ts';

export function armId(text: string): ArmId {
  const id = parseArmId(text);
  if (id === null) throw new Error(`Not an ARM id: ${text}`);
  return id;
}
