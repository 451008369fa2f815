import { makeCertificate } from '../../../local/certificate.ts';
import { startStorage } from '../../../local/storage.ts';

const storage = await startStorage(await makeCertificate());
process.send?.(storage.blob);
