import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseSettings, whyNot } from './rule.js';

const settings = parseSettings('{}');
const denied = (command, args, environment) => whyNot(command, args, environment, settings) !== undefined;

test('a downgrade is denied where it is protected', () => {
  assert.ok(denied('downgrade', ['-1'], 'production'));
  assert.ok(denied('downgrade', ['-1'], null));
  assert.ok(!denied('downgrade', ['-1'], 'development'));
});

test('what is no downgrade is allowed', () => {
  assert.ok(!denied('upgrade', ['head'], 'production'));
  assert.ok(!denied('downgrade', ['--sql', 'b:a'], 'production'));
});

test('settings are checked', () => {
  assert.deepEqual(parseSettings('{"protect": ["eu"]}'), { protect: ['eu'] });
  for (const wrong of ['{"protect": 7}', '{"protect": [7]}', '{"protct": []}']) {
    assert.throws(() => parseSettings(wrong), /its settings/);
  }
});
