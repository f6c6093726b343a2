/**
 * Canonical provider name → provider id in `@pydantic/genai-prices`, where they differ. The other names are looked up as
 * they are, whole: a provider is never found by a part of its name. One that is not listed has no list prices
 * (`ibm.watsonx.ai`, `ollama`, `huggingface`, which resells many hosts at many prices, a gateway of one's own).
 */
const LISTED: ReadonlyMap<string, string> = new Map([
  ['aws.bedrock', 'aws'],
  ['azure.ai.inference', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['gcp.gemini', 'google'],
  ['gcp.gen_ai', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['mistral_ai', 'mistral'],
  ['voyage', 'voyageai'],
  ['x_ai', 'x-ai'],
]);

/** The id under which the price list would carry a provider (`canonicalProvider`); whether it does is another question. */
export function listedProvider(canonical: string): string {
  return LISTED.get(canonical) ?? canonical;
}
