// An application with one LLM call. Run it with one of the set-ups beside it:
//   node --import ./examples/manual-setup.mjs examples/app.mjs
// The client takes OPENAI_API_KEY and OPENAI_BASE_URL from the environment.
import OpenAI from 'openai';

const openai = new OpenAI();
const completion = await openai.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Name a city.' }],
});
console.log(completion.choices[0].message.content);
