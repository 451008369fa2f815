import type { Check } from '../../core/doctor/check.ts';
import { judge } from '../../core/doctor/judge.ts';
import { type Patient, readPatient } from './read-patient.ts';
import { shipped, storageNameOf } from './shipped.ts';

/** Reads all that is checked, and judges it by what was shipped. Nothing is written. */
export async function examine(patient: Omit<Patient, 'storage'>): Promise<Check[]> {
  const storage = storageNameOf(patient.endpoints.table);
  return judge(await readPatient({ ...patient, storage }), shipped(storage));
}
