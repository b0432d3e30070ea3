import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { client, joined, say } from './caller.mjs';
import { append, peak, turn } from './sounds.mjs';

const { EMULATOR_URL: baseURL } = process.env;
const heard = 'What is the weather like in Lisbon today?';

let app, browser, page;

/** An app as the guides describe it: it serves the page, and mints the page's secrets with the key that the page must not see. */
async function serve(request, response) {
  if (request.url !== '/token') return response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>An app</title>');
  const secret = await client().realtime.clientSecrets.create({ session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.' } });
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(secret));
}

before(async () => {
  app = createServer(serve).listen(0, '127.0.0.1');
  await once(app, 'listening');

  // No sandbox, since CI is root; no background networking, since nothing but loopback is reached; a microphone without a permission prompt.
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.goto(`http://localhost:${app.address().port}/`);

  await page.addScriptTag({ path: fileURLToPath(new URL('node_modules/@openai/agents-realtime/dist/bundle/openai-realtime-agents.umd.js', import.meta.url)) });

  // What the tests below share in the page: the secret, an offer, and what a page can see of an answer.
  await page.evaluate(() => {
    globalThis.secret = async () => (await (await fetch('/token')).json()).value;
    globalThis.offer = async () => {
      globalThis.peer = new RTCPeerConnection();
      peer.createDataChannel('oai-events');
      peer.addTransceiver('audio');
      await peer.setLocalDescription(await peer.createOffer());
      return peer.localDescription.sdp;
    };
    globalThis.seen = async (response) => ({ status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() });
  });
});

after(async () => {
  await browser?.close();
  app.close();
});

/** Lets the page open a socket with a secret, send messages once it has the session, and collect the events to the first of a type. */
const converse = (messages, last) => page.evaluate(async ({ url, messages, last }) => {
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${await secret()}`]);
  const events = [];
  await new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the socket failed'));
    socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`));
    socket.onmessage = ({ data }) => {
      events.push(JSON.parse(data));
      if (events.at(-1).type === 'session.created') for (const message of messages) socket.send(JSON.stringify(message));
      if (events.at(-1).type === last) resolve();
    };
  });
  socket.onclose = null;
  socket.close();
  return { protocol: socket.protocol, events };
}, { url: `${baseURL.replace('http', 'ws')}/realtime?model=gpt-realtime`, messages, last });

const types = (events) => events.map(({ type }) => type).filter((type) => !type.endsWith('.delta'));

test('a page holds a text turn over a WebSocket, with its secret among the subprotocols', async () => {
  const { protocol, events } = await converse([
    { type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }, say('Good morning'), { type: 'response.create' }], 'response.done');

  assert.equal(protocol, 'realtime');
  assert.equal(events[0].session.instructions, 'Be brief.');
  assert.deepEqual(types(events), [
    'session.created', 'session.updated', 'conversation.item.added', 'conversation.item.done', 'response.created', 'response.output_item.added',
    'conversation.item.added', 'response.content_part.added', 'response.output_text.done', 'response.content_part.done', 'conversation.item.done',
    'response.output_item.done', 'response.done']);
  assert.equal(joined(events, 'response.output_text.delta'), 'You said: Good morning');
});

test('a page holds a spoken turn over a WebSocket', async () => {
  const { events } = await converse([append(turn())], 'response.done');

  assert.deepEqual(types(events), [
    'session.created', 'input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed',
    'conversation.item.added', 'conversation.item.done', 'response.created', 'response.output_item.added', 'conversation.item.added',
    'response.content_part.added', 'response.output_audio.done', 'response.output_audio_transcript.done', 'response.content_part.done',
    'conversation.item.done', 'response.output_item.done', 'response.done']);
  assert.equal(joined(events, 'response.output_audio_transcript.delta'), `You said: ${heard}`);
  assert.ok(peak(events) > 1000);
});

test('an agent of @openai/agents-realtime talks in a page over a WebSocket', async () => {
  const { history, errors } = await page.evaluate(async (url) => {
    const { RealtimeAgent, RealtimeSession } = OpenAIAgentsRealtime;
    const session = new RealtimeSession(new RealtimeAgent({ name: 'Guide', instructions: 'Be brief.' }), { transport: 'websocket', model: 'gpt-realtime' });
    const errors = [];
    session.on('error', (error) => errors.push(error));
    const done = new Promise((resolve) => session.transport.on('turn_done', resolve));
    await session.connect({ apiKey: await secret(), url });
    session.sendMessage('Good morning');
    await done;
    session.close();
    return { history: session.history, errors };
  }, `${baseURL.replace('http', 'ws')}/realtime?model=gpt-realtime`);

  assert.deepEqual(errors, []);
  assert.deepEqual(history.map(({ content: [part] }) => part.text ?? part.transcript), ['Good morning', 'You said: Good morning']);
});

/** The emulator accepts the offer and begins a call, or answers that it has no media, depending on its options. */
function assertTaken({ status, headers, body }) {
  assert.match(headers['x-request-id'], /^req_/);
  if (status === 501) return assert.equal(JSON.parse(body).error.code, 'media_not_available');
  assert.equal(status, 201, body);
  assert.match(headers.location, /^\/v1\/realtime\/calls\/rtc_\w+$/);
  assert.match(body, /^v=0\r\n/);
}

test('a page sends the offer and the session of the WebRTC guide as a form', async () => {
  const answer = await page.evaluate(async (url) => {
    const form = new FormData();
    form.set('sdp', await offer());
    form.set('session', JSON.stringify({ type: 'realtime', model: 'gpt-realtime', audio: { output: { voice: 'marin' } } }));
    return seen(await fetch(`${url}/realtime/calls`, { method: 'POST', body: form, headers: { Authorization: `Bearer ${await secret()}` } }));
  }, baseURL);

  assertTaken(answer);
});

test('a page sends the bare offer of the WebRTC guide, whose type and headers need a preflight', async () => {
  const answer = await page.evaluate(async (url) => seen(await fetch(`${url}/realtime/calls`, {
    method: 'POST',
    body: await offer(),
    headers: { Authorization: `Bearer ${await secret()}`, 'Content-Type': 'application/sdp', 'X-OpenAI-Agents-SDK': 'openai-agents-sdk' },
  })), baseURL);

  assertTaken(answer);
});

test('a page reads why it was refused', async () => {
  const { status, body } = await page.evaluate(async (url) =>
    seen(await fetch(`${url}/realtime/calls`, { method: 'POST', body: await offer(), headers: { Authorization: 'Bearer ek_unknown', 'Content-Type': 'application/sdp' } })), baseURL);

  assert.equal(status, 401);
  assert.equal(JSON.parse(body).error.code, 'invalid_api_key');
});
