import { app } from '@azure/functions';

app.timer('needs-setting', { schedule: '%SCHEDULE%', handler() {} });
