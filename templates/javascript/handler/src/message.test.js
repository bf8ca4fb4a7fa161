import assert from 'node:assert/strict';
import { test } from 'node:test';

import { body, parseSettings, utf8 } from './message.js';

test('the end of a command is posted', () => {
  const circumstances = { id: '1', time: '2026-11-22T18:00:00.000Z', project: 'shop', environment: 'staging' };
  const posted = body(circumstances, { command: 'upgrade', outcome: 'completed', milliseconds: 1200n });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(posted)), {
    ...circumstances,
    command: 'upgrade',
    outcome: 'completed',
    milliseconds: 1200,
  });
});

test('texts are sent as UTF-8', () => {
  for (const text of ['plain', 'Läden % 100', '東京 🛢', '\u0000"\\']) {
    assert.deepEqual(utf8(text), new TextEncoder().encode(text));
  }
});

test('settings are checked', () => {
  assert.deepEqual(parseSettings('{"url": "https://example.com"}'), { url: 'https://example.com' });
  for (const wrong of ['{}', '{"url": 7}', '{"url": "https://example.com", "tokn": "A"}']) {
    assert.throws(() => parseSettings(wrong), /its settings/);
  }
});
