import { expect, test } from 'vitest';
import { fileName, registryName } from '../../../shared/azure/codec/place-names.ts';

test.each([
  ['https://store1.blob.core.windows.net/c/f.zip?sv=1&sig=shh', 'https://store1.blob.core.windows.net/c/f.zip'],
  ['https://store1.blob.core.windows.net/c%3Fsv=1%26sig%3Dshh', 'https://store1.blob.core.windows.net/c'],
  ['https://store1.blob.core.windows.net/c&sig=shh', 'https://store1.blob.core.windows.net/c'],
  ['https://somebody:shh@host/f', 'https://host/f'],
  ['https://somebody:s@shh@host/f', 'https://host/f'],
  ['https://host/get/9bJRWE6rbtweVNJEZtbDA4b1V/f.zip', 'https://host/get/***/f.zip'],
  ['https://host/2b1c7e0a-5d0e-4c39-9f0a-6f1f6c0d2a11/f', 'https://host/***/f'],
])('12: a path names %s without what may open it', (httpUrl, name) => {
  expect(fileName({ httpUrl })).toBe(name);
});

test.each([
  ['contoso.azurecr.io', 'contoso.azurecr.io'],
  ['https://somebody:shh@contoso.azurecr.io', 'https://contoso.azurecr.io'],
  ['somebody:shh@contoso.azurecr.io', 'contoso.azurecr.io'],
  ['contoso.azurecr.io/9bJRWE6rbtweVNJEZtbDA4b1V', 'contoso.azurecr.io/***'],
  [null, 'docker.io'],
])('12: a registry %s is named without what may open it', (registryServer, name) => {
  expect(registryName({ registryServer })).toBe(name);
});
