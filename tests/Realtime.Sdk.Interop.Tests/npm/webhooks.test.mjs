// The verdicts of npm standardwebhooks and npm openai on the deliveries with which WebhookPeerTests compares this SDK. Run with UPDATE=1, it writes the file.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';

const file = 'tests/Realtime.Sdk.Tests/Webhooks/Payloads/peers.json';
const now = 1795780800;
const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const secret = `whsec_${key}`;
const raw = "an endpoint's former secret";
const body = '{"id":"evt_1","object":"event","type":"realtime.call.incoming","created_at":1795780800,"data":{"call_id":"rtc_1","sip_headers":[]}}';
const id = 'wh_685c059ae39c8190af8c71ed1022a24d';
const other = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';

const sign = (delivery, bytes = Buffer.from(key, 'base64')) =>
  `v1,${createHmac('sha256', bytes).update(`${delivery.id}.${delivery.timestamp}.${delivery.body}`).digest('base64')}`;

/** A delivery that is signed with these values, and then altered. */
function delivery(name, signed = {}, altered = {}) {
  const values = { secret, body, id, timestamp: `${now}`, ...signed };
  const signature = sign(values, values.secret === raw ? Buffer.from(raw) : undefined);
  const headers = { ...values, signature };
  return { name, ...headers, ...(typeof altered === 'function' ? altered(signature) : altered) };
}

const form = (name, change) => delivery(name, {}, (signature) => ({ signature: change(signature) }));
const unused = (signature) => `${signature.slice(0, -2)}${String.fromCharCode(signature.at(-2).charCodeAt(0) + 1)}=`;

const deliveries = [
  delivery('genuine'),
  delivery('a secret without prefix', { secret: raw }),
  delivery('a body that is not ASCII', { body: '{"type":"é 漢 😀"}' }),
  delivery('an empty body', { body: '' }),
  delivery('another body', {}, { body: `${body} ` }),
  delivery('another ID', {}, { id: `${id}0` }),
  delivery('another timestamp', {}, { timestamp: `${now + 1}` }),
  delivery('another secret', {}, { secret: 'whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=' }),
  ...[300, 301, -300, -301, 1_000_000].map((age) => delivery(`${age} seconds old`, { timestamp: `${now - age}` })),
  form('the first of several signatures', (signature) => `${signature} ${other}`),
  form('the last of several signatures', (signature) => `${other} v2,${signature.slice(3)} ${signature}`),
  form('after malformed entries', (signature) => `v1 v1, v1,**** junk  ${signature}`),
  form('after an asymmetric signature', (signature) => `v1a,${'A'.repeat(86)}== ${signature}`),
  form('the tenth entry', (signature) => `${`${other} `.repeat(9)}${signature}`),
  form('the eleventh entry', (signature) => `${`${other} `.repeat(10)}${signature}`),
  form('version 2', (signature) => signature.replace('v1', 'v2')),
  form('an uppercase version', (signature) => signature.replace('v1', 'V1')),
  form('without version', (signature) => signature.slice(3)),
  form('without padding', (signature) => signature.slice(0, -1)),
  form('unused bits that are set', unused),
  form('a shorter signature', (signature) => signature.slice(0, 23)),
  form('in the alphabet of URLs', (signature) => signature.replaceAll('+', '-').replaceAll('/', '_')),
  form('in uppercase', (signature) => signature.toUpperCase()),
  form('with a comma behind it', (signature) => `${signature},`),
  form('a comma between two', (signature) => `${signature},${signature}`),
  form('a wrong signature', () => other),
  form('an empty header', () => ''),
  delivery('a timestamp with a sign', { timestamp: `+${now}` }),
  delivery('a timestamp with a leading zero', { timestamp: `0${now}` }),
  delivery('a timestamp with text behind it', { timestamp: `${now}s` }),
  delivery('a timestamp with a fraction', { timestamp: `${now}.0` }),
  delivery('a timestamp in milliseconds', { timestamp: `${now}000` }),
  delivery('a timestamp that is not a number', { timestamp: 'now' }),
  delivery('a timestamp with a sign, signed without', {}, { timestamp: `+${now}` }),
  delivery('a timestamp with text behind it, signed without', {}, { timestamp: `${now}s` }),
  delivery('an empty timestamp', { timestamp: '' }),
  delivery('an empty ID', { id: '' }),
  delivery('an ID with a period', { id: 'wh.1' }),
  delivery('the body divided elsewhere', { body: `{"a":"1.${now}.{}` }, { id: `${id}.${now}.{"a":"1`, body: '{}' }),
];

const verdict = async (verify) => { try { await verify(); return true; } catch { return false; } };

const client = new OpenAI({ apiKey: 'sk-interop' });

test('the verdicts of other verifiers are those in the file', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: now * 1000 });
  const rows = [];
  for (const { name, secret: used, ...sent } of deliveries) {
    const headers = { 'webhook-id': sent.id, 'webhook-timestamp': sent.timestamp, 'webhook-signature': sent.signature };
    const standardwebhooks = await verdict(() => new Webhook(used, used === raw ? { format: 'raw' } : {}).verify(sent.body, headers, { jsonParse: false }));
    const openai = await verdict(() => client.webhooks.verifySignature(sent.body, headers, used));
    rows.push({ name, secret: used, ...sent, standardwebhooks, openai });
  }
  const text = `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`;

  if (process.env.UPDATE)
    writeFileSync(file, text);
  assert.equal(readFileSync(file, 'utf8'), text);
});
