import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

await new OpenAI().chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'one' }],
});
await new Anthropic().messages.create({
  model: 'claude-haiku-4-5',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'two' }],
});
