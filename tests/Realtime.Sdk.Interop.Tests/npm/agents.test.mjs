import assert from 'node:assert/strict';
import test from 'node:test';
import { hostedMcpTool } from '@openai/agents-core';
import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { z } from 'zod';
import { Events } from './caller.mjs';
import { turn } from './sounds.mjs';

const { EMULATOR_URL: baseURL, EMULATOR_KEY: apiKey } = process.env;

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `sunny in ${city}`,
});

/** A text that takes long to repeat, so that the answer can be interrupted. */
const long = 'Tell me about the sea and the ships that sail on it from one harbor to the next. '.repeat(5);

/** Opens a session of an agent; any error that the package reports fails the test. */
async function open(t, agent, config) {
  const session = new RealtimeSession(agent, { transport: 'websocket', config });
  const errors = [];
  session.on('error', ({ error }) => errors.push(error));
  const events = new Events(session.transport, '*');
  await session.connect({ apiKey, url: `${baseURL.replace('http', 'ws')}/realtime?model=gpt-realtime-2.1` });
  t.after(() => {
    session.close();
    assert.deepEqual(errors, []);
  });
  await events.until('session.updated');
  return { session, events };
}

const transcript = (item) => item.content.map((part) => part.transcript ?? part.text).join('');

test('an agent calls its tool and speaks of the result', async (t) => {
  const { session, events } = await open(t, new RealtimeAgent({ name: 'Guide', instructions: 'Be brief.', tools: [weather] }));
  let audio = 0;
  session.on('audio', ({ data }) => (audio += data.byteLength));
  session.sendMessage('How is the weather in Paris?');
  await events.until('response.done');
  await events.until('response.done');
  const [question, call, answer] = session.history;

  assert.equal(transcript(question), 'How is the weather in Paris?');
  assert.deepEqual([call.name, call.status, call.output], ['get_weather', 'completed', 'sunny in Paris']);
  assert.equal(transcript(answer), 'get_weather says: sunny in Paris');
  assert.ok(audio > 24_000);
  assert.ok(session.usage.totalTokens > 0);
});

test('an agent hands over to another one, which has instructions and tools of its own', async (t) => {
  const forecaster = new RealtimeAgent({ name: 'Forecaster', instructions: 'You know the sky.', handoffDescription: 'For questions of the sky.', tools: [weather] });
  const { session, events } = await open(t, new RealtimeAgent({ name: 'Desk', instructions: 'Be brief.', handoffs: [forecaster] }), { outputModalities: ['text'] });
  const handoffs = [];
  session.on('agent_handoff', (_, from, to) => handoffs.push([from.name, to.name]));
  session.sendMessage('Please transfer me to the forecaster.');
  await events.until('response.done');
  const { session: updated } = (await events.until('session.updated')).at(-1);
  await events.until('response.done');
  session.sendMessage('How is the weather in Paris?');
  await events.until('response.done');
  await events.until('response.done');

  assert.deepEqual(handoffs, [['Desk', 'Forecaster']]);
  assert.equal(session.currentAgent, forecaster);
  assert.equal(updated.instructions, 'You know the sky.');
  assert.deepEqual(updated.tools.map(({ name }) => name), ['get_weather']);
  assert.equal(transcript(session.history.at(-1)), 'get_weather says: sunny in Paris');
});

test('a user who speaks interrupts the agent', async (t) => {
  const { session, events } = await open(t, new RealtimeAgent({ name: 'Guide', instructions: 'Be brief.' }));
  let interruptions = 0;
  session.on('audio_interrupted', () => interruptions++);
  session.sendMessage(long);
  await events.until('response.output_audio.delta');
  session.sendAudio(turn());
  const cancelled = (await events.until('response.done')).at(-1).response;
  await events.until('input_audio_buffer.committed');
  const answered = (await events.until('response.done')).at(-1).response;
  const [, cut] = session.history;

  assert.deepEqual([cancelled.status, cancelled.status_details.reason], ['cancelled', 'turn_detected']);
  assert.equal(interruptions, 1);
  assert.equal(cut.status, 'incomplete');
  assert.equal(answered.status, 'completed');
});

test('an app interrupts the agent', async (t) => {
  const { session, events } = await open(t, new RealtimeAgent({ name: 'Guide', instructions: 'Be brief.' }));
  session.sendMessage(long);
  await events.until('response.output_audio.delta');
  session.interrupt();
  const { response } = (await events.until('response.done')).at(-1);
  const { audio_end_ms } = (await events.until('conversation.item.truncated')).at(-1);

  assert.deepEqual([response.status, response.status_details.reason], ['cancelled', 'client_cancelled']);
  assert.ok(audio_end_ms >= 0);
});

/** A librarian's book catalog on an MCP server, each call of which has to be approved. */
const librarian = () => new RealtimeAgent({
  name: 'Librarian',
  instructions: 'Be brief.',
  tools: [hostedMcpTool({ serverLabel: 'library', serverUrl: 'https://library.example.com', requireApproval: 'always' })],
});

test('a tool of an MCP server is called once it is approved', async (t) => {
  const { session, events } = await open(t, librarian(), { outputModalities: ['text'] });
  const approvals = [];
  session.on('tool_approval_requested', (_, agent, { approvalItem }) => {
    approvals.push([agent.name, approvalItem.rawItem.name]);
    session.approve(approvalItem);
  });
  const called = new Promise((resolve) => session.on('mcp_tool_call_completed', (_, agent, call) => resolve(call)));
  await events.until('mcp_list_tools.completed');
  session.sendMessage('Where is the book about Lisbon?');
  const call = await called;
  await events.until('response.mcp_call.completed');
  await events.until('response.done');

  // The service does not go on by itself after the call; the package asks for the answer.
  await events.until('response.done');
  const answer = session.history.find(({ role }) => role === 'assistant');

  assert.deepEqual(session.availableMcpTools.map(({ name }) => name), ['find_book']);
  assert.deepEqual(approvals, [['Librarian', 'find_book']]);
  assert.deepEqual([call.name, JSON.parse(call.arguments), call.output], ['find_book', { title: 'Lisbon' }, 'on the second shelf']);
  assert.equal(transcript(answer), 'It is on the second shelf.');
});

test('a tool of an MCP server is not called when it is rejected', async (t) => {
  const { session, events } = await open(t, librarian(), { outputModalities: ['text'] });
  session.on('tool_approval_requested', (_, agent, { approvalItem }) => session.reject(approvalItem));
  await events.until('mcp_list_tools.completed');
  session.sendMessage('Where is the book about Lisbon?');
  await events.until('response.done');
  const { item } = (await events.until('conversation.item.added')).at(-1);
  session.sendMessage('Thank you.');
  await events.until('response.done');

  assert.deepEqual([item.type, item.approve], ['mcp_approval_response', false]);
  assert.deepEqual(session.history.map(({ type }) => type), ['message', 'mcp_approval_request', 'message', 'message']);
});
