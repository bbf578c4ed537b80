import { expect, it } from 'vitest';
import { relyingParty } from './relying-party.ts';

it.for([
  ['https://door.example.com', 'door.example.com', 'https://door.example.com'],
  ['https://door.example.com:8443', 'door.example.com', 'https://door.example.com:8443'],
  ['https://DOOR.example.com:443', 'door.example.com', 'https://door.example.com'],
  ['http://localhost:3100', 'localhost', 'http://localhost:3100'],
  ['http://door.localhost', 'door.localhost', 'http://door.localhost'],
] as const)('at %s passkeys are of its host, for pages of its origin alone', ([url, id, origin]) => {
  expect(relyingParty(url)).toEqual({ id, origin });
});

it.for([
  'https://192.0.2.1',
  'http://127.0.0.1:3100',
  'https://0x7f000001', // 127.0.0.1, spelled otherwise
  'https://[::1]:3100',
  'http://door.example.com',
  'http://localhost.example.com',
] as const)('at %s no browser makes a passkey', (url) => {
  expect(relyingParty(url)).toBeNull();
});
