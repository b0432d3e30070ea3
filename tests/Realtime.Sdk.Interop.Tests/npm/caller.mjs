import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const { EMULATOR_URL: baseURL, EMULATOR_KEY: apiKey } = process.env;
const patience = 20_000;

export const client = (key = apiKey) => new OpenAI({ apiKey: key, baseURL });

/** What a listener gets of an emitter, in order, to be awaited. */
export class Events {
  #received = [];
  #failure;
  #wake = () => {};

  constructor(emitter, name = 'event') {
    emitter.on(name, (event) => this.#add(() => this.#received.push(event)));
    emitter.on('error', (error) => error.error ?? this.#add(() => (this.#failure ??= error)));
  }

  /** All events to the next of a type, that one at the end. */
  async until(type) {
    const end = Date.now() + patience;
    for (;;) {
      const index = this.#received.findIndex((event) => event.type === type);
      if (index >= 0) return this.#received.splice(0, index + 1);
      if (this.#failure) throw this.#failure;
      if (Date.now() > end) throw new Error(`no ${type}, but ${this.#received.map((event) => event.type)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, end - Date.now());
        this.#wake = () => (clearTimeout(timer), resolve());
      });
    }
  }

  #add(change) {
    change();
    this.#wake();
  }
}

/** Mints a client secret for a session and opens it, as a program that was given the secret does; closes it when the test is over. */
export async function open(test, session) {
  const secret = await client().realtime.clientSecrets.create({ session });
  const target = session.type === 'transcription' ? { intent: 'transcription' } : { model: session.model };
  return { secret, ...listen(test, new OpenAIRealtimeWS(target, client(secret.value))) };
}

export function listen(test, socket) {
  test.after(() => socket.close());
  return { events: new Events(socket), send: (event) => socket.send(event) };
}

export const say = (text) => ({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });

export const joined = (events, type) => events.filter((event) => event.type === type).map((event) => event.delta).join('');
