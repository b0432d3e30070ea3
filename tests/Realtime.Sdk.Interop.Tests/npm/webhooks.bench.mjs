// webhooks.bench.mjs LIBRARY MILLISECONDS: verifies the delivery from the standard input in a loop. Prints the CPU time of one verification in µs.
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';

const [library, milliseconds] = process.argv.slice(2);
const { body, headers, secret, genuine } = JSON.parse(readFileSync(0, 'utf8'));
const webhook = new Webhook(secret);
const client = new OpenAI({ apiKey: 'sk-benchmark' });
const verify = library === 'openai'
  ? () => client.webhooks.verifySignature(body, headers, secret)
  : () => webhook.verify(body, headers, { jsonParse: false });

async function run(duration) {
  const end = performance.now() + duration;
  const before = process.cpuUsage();
  let count = 0;
  for (; count % 50 !== 0 || performance.now() < end; count++) {
    let accepted = true;
    try { await verify(); } catch { accepted = false; }
    if (accepted !== genuine)
      throw new Error(`${library} did not do the work.`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

await run(500);
console.log(await run(Number(milliseconds)));
