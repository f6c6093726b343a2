// node --import ./examples/cost-by-user/telemetry.mjs examples/cost-by-user/server.mjs
// A web server as any framework would run it: one span a request, and the user's name on it once it is known.
// GET /ask?user=ada answers a question, GET /stop ends the server.
import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';
import OpenAI from 'openai';

const openai = new OpenAI();
const tracer = trace.getTracer('web');

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/stop') {
    response.end('bye\n');
    server.close();
    server.closeIdleConnections();
    return;
  }
  void tracer.startActiveSpan(`GET ${url.pathname}`, async (span) => {
    span.setAttribute('user.id', url.searchParams.get('user') ?? 'nobody');
    response.end(`${await answer()}\n`);
    span.end();
  });
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});

async function answer() {
  const completion = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Name a city.' }],
  });
  return completion.choices[0].message.content;
}
