import { expect, test } from 'vitest';
import { secretsOf } from '../../../shared/core/plain-secrets/secrets-in-text.ts';

/** Apart, so that no file seems to hold a private key. */
const BEGIN = '-----BEGIN';

/** 64 bytes in base64, as Azure makes the keys of accounts. */
const KEY = `${'Ab3+'.repeat(21)}/Q==`;
const GUID = '00000000-0000-0000-0000-000000000001';
const BLOB = 'https://store1.blob.core.windows.net';
const JWT = `eyJ${'hbGciOiJ'.repeat(3)}.eyJ${'zdWIiOiJ'.repeat(3)}.c2ln`;

/** A name, a value, what is found (nothing when empty), and why. A command line or another text has no name. */
type Row = readonly [name: string, value: string, found: string, why: string];

const BY_VALUE: readonly Row[] = [
  ['DATA_URL', `${BLOB}/c/a?sv=2024-11-04&sr=b&sig=Ab%2Bc%3D`, 'signature', 'the name refers, the value opens'],
  ['DATA_URI', `${BLOB}/c?sig=Ab%2Bc%3D&sv=2024-11-04`, 'signature', 'the first parameter'],
  ['INPUT', encodeURIComponent(`${BLOB}/c?sv=1&sig=abc`), 'signature', 'escaped once'],
  ['INPUT', encodeURIComponent(encodeURIComponent(`${BLOB}/c?sv=1&sig=abc`)), 'signature', 'escaped twice'],
  ['INPUT', `{"url":"${BLOB}/c?sv=1\\u0026sig\\u003dabc"}`, 'signature', 'escaped as JSON'],
  ['INPUT', 'https://bucket.s3.amazonaws.com/a?X-Amz-Signature=0123abcd', 'signature', 'of another cloud'],
  ['HUB', 'SharedAccessSignature sr=hub1&sig=abc%3D&se=1', 'signature', 'of an event hub'],
  ['STORAGE', `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY}`, 'account-key', 'connection string'],
  ['AzureWebJobsStorage', 'AccountName=a;accountkey = hunter2', 'account-key', 'however it is written'],
  ['COSMOS', `AccountEndpoint=https://c.documents.azure.com:443/;AccountKey=${KEY};`, 'account-key', 'of Cosmos DB'],
  ['SHIPYARD_STORAGE_ENV', `store1:core.windows.net:${KEY}`, 'account-key', 'account:endpoint:key'],
  ['SHIPYARD_STORAGE_ENV', 'store1:core.windows.net:hunter22', 'account-key', 'a short one'],
  ['ANYTHING', KEY, 'account-key', '64 bytes in base64'],
  ['ANYTHING', encodeURIComponent(KEY), 'account-key', '64 bytes in base64, escaped'],
  [
    'BUS',
    `Endpoint=sb://b.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${KEY.slice(0, 43)}=`,
    'named SharedAccessKey',
    'not its name',
  ],
  ['APPCONFIG', 'Endpoint=https://c.azconfig.io;Id=a;Secret=hunter2', 'named Secret', 'of App Configuration'],
  ['SIGNALR', 'Endpoint=https://s.service.signalr.net;AccessKey=hunter2;Version=1.0;', 'named AccessKey', 'of SignalR'],
  ['DATABASE', 'Server=tcp:s,1433;User ID=u;Password=hunter2;', 'named Password', 'of a database'],
  ['DATABASE', 'server=s;uid=u;pwd=hunter2', 'named pwd', 'of a database, in short'],
  ['CACHE', 'r.redis.cache.windows.net:6380,password=hunter2,ssl=True', 'named password', 'of Redis'],
  [
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'InstrumentationKey=1;Password=hunter2',
    'named Password',
    'the value decides',
  ],
  ['WEB', 'https://u:hunter2@example.com/a', 'password', 'user and password in a URL'],
  ['WEB', 'redis://:hunter2@example.com', 'password', 'a password without a user'],
  ['DATABASE_URL', 'postgresql://u:hunter%402@db1:5432/x', 'password', 'escaped'],
  ['REPOSITORY', `https://${'a1b2'.repeat(13)}@dev.azure.com/o/p`, 'token', 'a token in place of a user'],
  ['AUTH_HEADER', 'Bearer abcdefghij0123456789', 'token', 'a bearer'],
  ['HEADER', 'Basic dXNlcjpodW50ZXIy', 'token', 'a user and a password in base64'],
  ['ANYTHING', JWT, 'token', 'a JSON web token'],
  ['ANYTHING', `ghp_${'a1B2'.repeat(9)}`, 'token', 'of GitHub'],
  ['ANYTHING', `hf_${'a1B2'.repeat(9)}`, 'token', 'of Hugging Face'],
  ['ANYTHING', `abc8Q~${'a1B2'.repeat(8)}`, 'token', 'of an Entra application'],
  ['NOTIFY_URL', 'https://hooks.slack.com/services/T000/B000/abc', 'token', 'whoever has the URL may post'],
  ['FUNCTION_URL', 'https://f.azurewebsites.net/api/x?code=abcdefghijklmnop0123', 'token', 'the key of a function'],
  ['CERTIFICATE', `${BEGIN} RSA PRIVATE KEY-----\nMIIE`, 'private-key', 'a private key'],
  ['SSH_PUBLIC_KEY', `${BEGIN} OPENSSH PRIVATE KEY-----`, 'private-key', 'the name is wrong'],
  ['CHAIN', `${BEGIN} CERTIFICATE-----\nMIIE\n${BEGIN} PRIVATE KEY-----`, 'private-key', 'beside a certificate'],
];

const BY_NAME: readonly Row[] = [
  ['APIKEY', 'hunter2', 'named APIKEY', 'run together'],
  ['DBPASSWORD', 'hunter2', 'named DBPASSWORD', 'run together'],
  ['DB_PASS', 'hunter2', 'named DB_PASS', 'in short'],
  ['SAS', 'hunter2', 'named SAS', 'alone'],
  ['SAS_TOKEN', 'hunter2', 'named SAS_TOKEN', 'two words for it'],
  ['CREDENTIALS', 'user/hunter2', 'named CREDENTIALS', 'plural'],
  ['CLIENT_SECRET', GUID, 'named CLIENT_SECRET', 'older ones look so'],
  ['STORAGE_KEY', 'hunter2', 'named STORAGE_KEY', 'a word of its own'],
  ['KEY', 'hunter2', 'named KEY', 'the only word'],
  ['key', 'a1b2c3d4e5f6a7b8c9', 'named key', 'the only word, and a value that looks random'],
  ['MY_CONNECTION_STRING', 'hunter2', 'named MY_CONNECTION_STRING', 'two words'],
  ['DB_PASSWORD', '${OTHER:-hunter2}', 'named DB_PASSWORD', 'a variable with the secret as its default'],
  ['DB_PASSWORD', '$ecret!', 'named DB_PASSWORD', 'no variable is called so'],
  ['DB_PASSWORD', '1234', 'named DB_PASSWORD', 'a number that is long enough'],
  ['DB_PASSWORD', '@Microsoft.KeyVault(x) hunter2', 'named DB_PASSWORD', 'a reference and more'],
  ['TOKEN', 'https://example.com/hunter2', 'named TOKEN', 'a URL may be one'],
  ['SECRET', 'https://kv1.vault.azure.net.example.com/secrets/a', 'named SECRET', 'no Key Vault is there'],
];

const IN_TEXT: readonly Row[] = [
  ['', 'az storage blob download --account-key hunter2 -n a', 'account-key', 'an argument'],
  ['', 'az storage blob download --account-key="hunter2"', 'account-key', 'an argument in quotes'],
  ['', 'Get-It -StorageAccountKey hunter2', 'account-key', 'an argument of PowerShell'],
  ['', 'azcopy copy a b --sas-token "sv=1&se=2"', 'named sas-token', 'an argument'],
  ['', 'cmd /c app.exe /password:hunter2', 'named password', 'an argument of Windows'],
  ['', '/bin/sh -c "export DB_PASS=hunter2; run"', 'named DB_PASS', 'an assignment'],
  ['', 'docker run -e API_TOKEN=hunter2 image', 'named API_TOKEN', 'for a container'],
  ['', '--env NPM_TOKEN="hunter2"', 'named NPM_TOKEN', 'for a container, in quotes'],
  ['', 'cmd /c setx /M DB_PASSWORD hunter2', 'named DB_PASSWORD', 'setx'],
  ['', '[Environment]::SetEnvironmentVariable("DB_PASSWORD", "hunter2")', 'named DB_PASSWORD', 'PowerShell'],
  ['', '$env:DB_PASSWORD = "hunter2"', 'named DB_PASSWORD', 'PowerShell'],
  ['', 'ConvertTo-SecureString "hunter2" -AsPlainText -Force', 'password', 'PowerShell'],
  ['', 'curl -H "X-Api-Key: hunter2" https://example.com', 'named X-Api-Key', 'a header'],
  ['', 'curl -H "Authorization: Bearer abcdefghij0123456789"', 'token', 'a header'],
  ['', 'curl -u me:hunter2 https://example.com', 'password', 'curl'],
  ['', `echo '{"password":"hunter2"}' > a.json`, 'named password', 'JSON'],
  ['', '/bin/sh -c "echo {\\"clientSecret\\":\\"hunter2\\"}"', 'named clientSecret', 'JSON within quotes'],
  ['', 'user: u\npassword: hunter2', 'named password', 'YAML'],
  ['', 'az login --service-principal -u a -p hunter2 --tenant t', 'password', 'az login'],
  ['', 'docker login r.azurecr.io -u a -p hunter2', 'password', 'docker login'],
  ['', 'sshpass -p hunter2 ssh a@b', 'password', 'sshpass'],
  ['', 'mysql -h h -u root -phunter2', 'password', 'mysql'],
  ['', 'net user admin hunter2 /add', 'password', 'net user'],
  ['', 'echo "root:hunter2" | chpasswd', 'password', 'chpasswd'],
  ['', 'git clone https://u:hunter2@example.com/r.git', 'password', 'a URL'],
  ['', `DB_PASSWORD='a; token=hunter2'`, 'named DB_PASSWORD', 'a name within a secret is not told'],
  ['', 'vers=3.0,username=u,password=hunter2,serverino', 'named password', 'mount options'],
  ['', `T=$(cat f); P=\${Q}; DB_PASSWORD=hunter2`, 'named DB_PASSWORD', 'after references'],
];

const NONE: readonly Row[] = [
  ['APP_INSIGHTS_INSTRUMENTATION_KEY', GUID, '', 'public by its maker'],
  ['APPINSIGHTS_INSTRUMENTATIONKEY', GUID, '', 'public by its maker'],
  [
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    `InstrumentationKey=${GUID};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/`,
    '',
    'public by its maker',
  ],
  ['TELEMETRY_CONNECTION_STRING', `InstrumentationKey=${GUID};IngestionEndpoint=https://a/`, '', 'of the same kind'],
  ['SSH_PUBLIC_KEY', 'ssh-ed25519 AAAAC3Nza', '', 'public'],
  ['SSH_KEY', 'ssh-rsa AAAAB3NzaC1yc2E me@here', '', 'public, as its value says'],
  ['CA_KEY', '-----BEGIN PUBLIC KEY-----\nMIIB', '', 'public, as its value says'],
  ['SECRET_URI', 'https://kv1.vault.azure.net/secrets/a', '', 'refers'],
  ['KEYVAULT_SECRET_ID', 'https://kv1.vault.azure.net/secrets/a/0123', '', 'refers'],
  ['KEY_VAULT_SECRET_NAME', 'db-password', '', 'refers'],
  ['TOKEN_ENDPOINT', 'https://login.microsoftonline.com/t/oauth2/token', '', 'refers'],
  ['TOKEN_FILE', '/run/token', '', 'refers'],
  ['PARTITION_KEY', '/tenant', '', 'names a column'],
  ['DB_PASSWORD_PATH', 'secrets/db', '', 'refers'],
  ['AWS_ACCESS_KEY_ID', 'AKIA0000', '', 'says who, not what'],
  ['DB_PASSWORD', '@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/secrets/a)', '', 'the cure'],
  ['DB_PASSWORD', '@Microsoft.KeyVault(VaultName=kv1;SecretName=a)', '', 'the cure'],
  ['SECRET', 'https://kv1.vault.azure.net/secrets/a', '', 'refers by its value'],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/mnt/keys/robot.json', '', 'a file'],
  ['SSH_KEY', 'C:\\keys\\id_rsa', '', 'a file'],
  ['TOKEN', '$AZ_BATCH_NODE_SHARED_DIR/token', '', 'a file'],
  ['DB_PASSWORD', '', '', 'nothing there'],
  ['DB_PASSWORD', '$OTHER', '', 'a variable'],
  ['DB_PASSWORD', '%OTHER%', '', 'a variable of Windows'],
  ['DB_PASSWORD', '********', '', 'left out already'],
  ['USE_TOKEN', 'true', '', 'a switch'],
  ['DB_CONNECTION_STRING', 'Server=s;Authentication=Active Directory Managed Identity;Database=d', '', 'by identity'],
  ['STORAGE_CONNECTION_STRING', 'UseDevelopmentStorage=true', '', 'of an emulator'],
  ['RENDER_PASS', 'beauty', '', 'of a renderer'],
  ['EOS_TOKEN', '</s>', '', 'of a model'],
  ['MAX_TOKENS', '4096', '', 'a number of them'],
  ['MONKEY', 'hunter2', '', 'another word'],
  ['key', 'region', '', 'any key'],
  ['DIGEST', `sha512-${KEY}`, '', 'a digest has as many bytes'],
  ['DESIGN', 'https://example.com/design=1?version=2', '', 'another word'],
  ['', 'az storage blob download --account-key $KEY', '', 'a variable'],
  [
    '',
    'az storage blob download --account-key "$(get-key)" --secret-name a --token-file b',
    '',
    'a command, references',
  ],
  [
    '',
    'TOKEN=$(curl -s -H Metadata:true "http://169.254.169.254/metadata/identity/oauth2/token?api-version=1")',
    '',
    'a command',
  ],
  ['', `curl "${BLOB}/c?sv=1&sig=$SIG" "${BLOB}/c?sv=1&sig=<sig>" -u me:$PW`, '', 'variables'],
  ['', '$token = Get-Secret; $password = (Read-It)', '', 'calls'],
  ['', 'token = response.json()["access_token"]; password=os.environ["P"]', '', 'calls'],
  ['', 'if [ "$TOKEN" = "none here" ]; then exit 1; fi', '', 'a comparison'],
  ['', 'docker run -u 1000:1000 -p 80:80 -e TOKEN -v /mnt/secrets:/run/secrets:ro image', '', 'no values'],
  ['', 'docker login --password-stdin -u a < /run/secrets/p', '', 'from elsewhere'],
  ['', 'ffmpeg -pass 1 -i a; sort --key 5; az tag --tags key=value', '', 'other arguments'],
  ['', 'psql --no-password mydb', '', 'a switch'],
  [
    '',
    'git clone https://u:$PAT@example.com/r.git && git clone https://org@dev.azure.com/org/p',
    '',
    'a variable, a user',
  ],
];

const ROWS = [...BY_VALUE, ...BY_NAME, ...IN_TEXT, ...NONE];

test.each(ROWS)('%s %s: %s (%s)', (name, value, found) => {
  const words = secretsOf(name, value).map((held) => Object.values(held).join(' '));
  expect(words.join(', ')).toBe(found);
});

test('the table has 80 rows and more', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(80);
});
