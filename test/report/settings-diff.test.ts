import { expect, test } from 'vitest';
import { differences } from '../../shared/report/settings-diff.ts';

const rule = (priority: number, access: string) => ({ priority, access, sourcePortRanges: null, unmodelled: {} });
const natPool = (name: string, ...rules: readonly object[]) => ({ name, backendPort: 22, rules, unmodelled: {} });

test.each<[string, object, object, (readonly [string, string | null, string | null])[]]>([
  ['what is as it was', { scale: { dedicated: 4 } }, { scale: { dedicated: 4 } }, []],
  [
    'a list of words',
    { authenticationModes: null },
    { authenticationModes: ['AAD'] },
    [['authentication modes', 'not set', 'AAD']],
  ],
  ['a list that becomes empty', { identityIds: ['/a', '/b'] }, { identityIds: [] }, [['identities', '/a, /b', 'none']]],
  [
    'a list that was not set',
    { endpoints: null },
    { endpoints: [natPool('ssh', rule(300, 'Deny'))] },
    [['endpoint rules / ssh', null, 'backendPort 22, rules priority 300, access Deny']],
  ],
  [
    'items by their names, in whatever order',
    { endpoints: [natPool('ssh', rule(100, 'Allow'), rule(300, 'Deny')), natPool('rdp')] },
    { endpoints: [natPool('rdp', rule(100, 'Deny')), natPool('ssh', rule(300, 'Deny'), rule(100, 'Deny'))] },
    [
      ['endpoint rules / rdp / rules / 100', null, 'access Deny'],
      ['endpoint rules / ssh / rules / 100 / access', 'Allow', 'Deny'],
    ],
  ],
  [
    'items of one name as whole lists',
    { metadata: [{ name: 'a', value: '1' }] },
    {
      metadata: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    },
    [['metadata', 'name a, 1', 'name a, 1; name a, 2']],
  ],
  [
    'fields that nobody knows',
    { metadata: [{ name: 'a', value: 1, unmodelled: {} }] },
    { metadata: [{ name: 'a', value: 1, unmodelled: { more: true } }] },
    [['metadata / a / more', null, 'true']],
  ],
  ['a setting of another version', {}, { colour: 'red' }, [['colour', null, 'red']]],
])('%s', (_, before, after, expected) => {
  expect(differences(before, after)).toEqual(expected.map(([field, was, is]) => ({ field, before: was, after: is })));
});
