import { UNKNOWN } from './call.js';

/** Longest name kept of any provider, model or label (DESIGN §5). */
const MAX_NAME_LENGTH = 256;
const MAX_MEMOIZED = 1024;

/**
 * Canonical name → every other name libraries use for it, squeezed (lower case, letters and digits only). Canonical
 * names are the well-known values of `gen_ai.provider.name` (OTel registry, semantic-conventions 1.45), else the
 * vendor's own id. `gcp.gen_ai` ("any Google generative AI endpoint") joins `gcp.gemini`, where all libraries seen use it.
 */
const ALIASES: Readonly<Record<string, string>> = {
  openai: 'openai openaichat openairesponses openaicompletion',
  anthropic: 'anthropic anthropicmessages claude anthropicai',
  'aws.bedrock':
    'awsbedrock bedrock amazonbedrock bedrockruntime awsbedrockruntime amazonbedrockconverse bedrockconverse aws amazon',
  'azure.ai.openai':
    'azureaiopenai azureopenai azopenai azaiopenai azure azureopenaichat openaiazure microsoftazure',
  'azure.ai.inference': 'azureaiinference azaiinference azureinference azureai azureaifoundry azurefoundry',
  'gcp.gemini':
    'gcpgemini gemini googlegenerativeai googlegenai gcpgenai googleai googleaistudio google genai gcpvertexagent generativeai',
  'gcp.vertex_ai':
    'gcpvertexai vertexai vertex googlevertex googlevertexai vertexanthropic googlevertexanthropic vertexmaas googlevertexmaas chatvertexai',
  cohere: 'cohere',
  deepseek: 'deepseek',
  groq: 'groq',
  'ibm.watsonx.ai': 'ibmwatsonxai watsonx watsonxai ibmwatsonx ibm',
  mistral_ai: 'mistralai mistral',
  perplexity: 'perplexity perplexityai',
  x_ai: 'xai grok',
  cerebras: 'cerebras',
  deepinfra: 'deepinfra',
  fireworks: 'fireworks fireworksai',
  huggingface: 'huggingface hf',
  moonshotai: 'moonshotai moonshot moonshotaicn',
  ollama: 'ollama',
  openrouter: 'openrouter',
  together: 'together togetherai',
  vercel: 'gateway vercel vercelaigateway vercelgateway',
  voyage: 'voyage voyageai',
};

/** Frameworks that put their own name where the provider belongs (DIALECTS T11): whom they called is not told by it. */
const FRAMEWORKS =
  'agno ai aisdk autogen crewai dspy genkit googleadk haystack langchain langgraph litellm llamaindex mastra ' +
  'microsoftagentframework openaiagents pydanticai semantickernel smolagents strands strandsagents traceloop vercelaisdk unknown';

const CANONICAL: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ALIASES).flatMap(([name, aliases]) =>
    aliases.split(' ').map((alias) => [alias, name] as const),
  ),
  ...FRAMEWORKS.split(' ').map((name) => [name, UNKNOWN] as const),
]);

/** API parts that the AI SDK appends to its provider names, e.g. `openai.responses`. */
const API_PART =
  /(?:[.:/](?:chat|responses?|completions?|messages|embeddings?|text-?embedding|image|speech|transcription|rerank(?:ing)?|video))+$/;

const memo = new Map<string, string>();

/**
 * Brings what a library calls the provider to one name: `openai.chat`, `OpenAI` → `openai`; `google_genai`,
 * `google.generative-ai` → `gcp.gemini`; `azure…` → `azure.ai.openai`. Frameworks posing as providers (`langchain`,
 * `strands-agents`) and blanks → `(unknown)`; a name nobody knows comes back in lower case, cut at 256 characters.
 * Idempotent, memoised, bounded.
 */
export function canonicalProvider(raw: string): string {
  const known = memo.get(raw);
  if (known !== undefined) return known;
  const name = canonicalize(raw);
  if (raw.length <= MAX_NAME_LENGTH) {
    if (memo.size >= MAX_MEMOIZED) memo.clear();
    memo.set(raw, name);
  }
  return name;
}

function canonicalize(raw: string): string {
  const name = raw.slice(0, MAX_NAME_LENGTH).toLowerCase().slice(0, MAX_NAME_LENGTH).trim();
  const host = name.replace(API_PART, '');
  const squeezed = squeeze(host);
  if (host === '') return UNKNOWN;
  return CANONICAL.get(squeezed) ?? CANONICAL.get(squeeze(name)) ?? azure(squeezed) ?? host;
}

function squeeze(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '');
}

/** `azure…` deployments come under many names; the OpenAI service is meant unless Foundry or Inference is said. */
function azure(squeezed: string): string | undefined {
  if (!squeezed.startsWith('azure')) return undefined;
  return squeezed.includes('inference') || squeezed.includes('foundry')
    ? 'azure.ai.inference'
    : 'azure.ai.openai';
}
