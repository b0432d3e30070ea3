import assert from 'node:assert/strict';
import test from 'node:test';
import * as WS from 'ws';
import OpenAI from 'openai';
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws';
import { client, Events, joined, listen, open, say } from './caller.mjs';
import { append, peak, speech, turn } from './sounds.mjs';

const heard = 'What is the weather like in Lisbon today?';
const text = { type: 'realtime', model: 'gpt-realtime', output_modalities: ['text'] };
const tool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

test('a client secret opens the session it was minted for', async (t) => {
  const { secret, events } = await open(t, { ...text, instructions: 'Be brief.' });
  const [created] = await events.until('session.created');

  assert.match(secret.value, /^ek_/);
  assert.ok(secret.expires_at > Date.now() / 1000);
  assert.equal(secret.session.instructions, 'Be brief.');
  assert.equal(created.session.instructions, 'Be brief.');
});

test('a text turn streams its answer', async (t) => {
  const { events, send } = await open(t, text);
  await events.until('session.created');
  send(say('Good morning'));
  send({ type: 'response.create' });
  const answer = await events.until('response.done');

  assert.equal(joined(answer, 'response.output_text.delta'), 'You said: Good morning');
  assert.equal(answer.at(-1).response.status, 'completed');
  assert.ok(answer.at(-1).response.usage.total_tokens > 0);
});

test('a spoken turn is found, transcribed and answered in audio', async (t) => {
  const { events, send } = await open(t, { type: 'realtime', model: 'gpt-realtime', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } });
  await events.until('session.created');
  send(append(turn()));
  const start = await events.until('input_audio_buffer.committed');
  const answer = await events.until('response.done');
  const completed = answer.find((event) => event.type.endsWith('transcription.completed'))
    ?? (await events.until('conversation.item.input_audio_transcription.completed')).at(-1);

  assert.deepEqual(start.map((event) => event.type), ['input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed']);
  assert.ok(peak(answer) > 1000);
  assert.equal(joined(answer, 'response.output_audio_transcript.delta'), `You said: ${heard}`);
  assert.equal(completed.transcript, heard);
});

test('a turn the client commits itself is answered when it asks', async (t) => {
  const { events, send } = await open(t, { type: 'realtime', model: 'gpt-realtime', audio: { input: { turn_detection: null } } });
  await events.until('session.created');
  send(append(speech()));
  send({ type: 'input_audio_buffer.commit' });
  send({ type: 'response.create' });
  const answer = await events.until('response.done');

  assert.ok(answer.every((event) => event.type !== 'input_audio_buffer.speech_started'));
  assert.ok(peak(answer) > 1000);
});

test('a function is called and its output answered', async (t) => {
  const { events, send } = await open(t, { ...text, tools: [tool] });
  await events.until('session.created');
  send(say('How is the weather in Paris?'));
  send({ type: 'response.create' });
  const [call] = (await events.until('response.done')).at(-1).response.output;
  send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '19 degrees and sunny' } });
  send({ type: 'response.create' });
  const answer = await events.until('response.done');

  assert.deepEqual([call.type, call.name, JSON.parse(call.arguments)], ['function_call', 'get_weather', { city: 'Paris' }]);
  assert.equal(joined(answer, 'response.output_text.delta'), 'get_weather says: 19 degrees and sunny');
});

test('a transcription session tells what was said and answers nothing', async (t) => {
  const { events, send } = await open(t, { type: 'transcription', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } });
  const [created] = await events.until('session.created');
  send(append(turn()));
  const told = await events.until('conversation.item.input_audio_transcription.completed');

  assert.equal(created.session.type, 'transcription');
  assert.equal(joined(told, 'conversation.item.input_audio_transcription.delta'), heard);
  assert.equal(told.at(-1).transcript, heard);
  assert.ok(told.every((event) => !event.type.startsWith('response.')));
});

test('a translation is spoken and finished', async (t) => {
  const socket = await OpenAIRealtimeTranslationWS.create(client(), { model: 'gpt-realtime-translate' });
  t.after(() => socket.close());
  const events = new Events(socket);
  await events.until('session.created');
  socket.send({ type: 'session.update', session: { audio: { output: { language: 'fr' } } } });
  await events.until('session.updated');
  socket.send({ type: 'session.input_audio_buffer.append', audio: turn().toString('base64') });
  await socket.finish({ timeoutMs: 20_000 });
  const translated = await events.until('session.closed');

  assert.ok(joined(translated, 'session.output_transcript.delta').length > 0);
  assert.ok(peak(translated) > 1000);
});

test('a browser opens a session with its secret among the subprotocols', async (t) => {
  globalThis.WebSocket = WS.WebSocket;
  const { value } = await client().realtime.clientSecrets.create({ session: text });
  const { events, send } = listen(t, new OpenAIRealtimeWebSocket({ model: 'gpt-realtime', dangerouslyAllowBrowser: true }, client(value)));
  await events.until('session.created');
  send(say('Good morning'));
  send({ type: 'response.create' });
  const answer = await events.until('response.done');

  assert.equal(joined(answer, 'response.output_text.delta'), 'You said: Good morning');
});

test('a wrong key is refused as by the service', async () => {
  await assert.rejects(client('sk-wrong').realtime.clientSecrets.create({}), (error) => error instanceof OpenAI.AuthenticationError && error.code === 'invalid_api_key');

  const refused = await new Promise((resolve) => new OpenAIRealtimeWS({ model: 'gpt-realtime' }, client('sk-wrong')).on('error', resolve));
  assert.match(refused.message, /invalid_api_key/);
});
