/** What a request body to each upstream has to be: the official SDKs' own types. */
export const UPSTREAM_TYPES = `
import type { ChatCompletionCreateParams, ChatCompletionMessageParam, ChatCompletionAssistantMessageParam } from 'openai/resources/chat/completions';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import type { Content, GenerationConfig, SafetySetting, Tool, ToolConfig } from '@google/genai';
type OpenAi = ChatCompletionCreateParams;
/** Baidu's parameters beside OpenAI's, and the field that carries thoughts back. */
type Replay = ChatCompletionAssistantMessageParam & { reasoning_content?: string };
type Ernie = Omit<ChatCompletionCreateParams, 'messages'> & {
  messages: (ChatCompletionMessageParam | Replay)[];
  enable_thinking?: boolean; thinking_budget?: number; penalty_score?: number; repetition_penalty?: number; web_search?: object;
};
/** The SDK knows the newer API version only; models up to 4.6 are asked in the older one. */
type Anthropic = MessageCreateParams & { temperature?: number; top_p?: number; top_k?: number; context_management?: object; mcp_servers?: object[] };
/** The SDK has enums where JSON has their words. */
type Wire<T> = T extends string ? \`\${T}\` : T extends (infer U)[] ? Wire<U>[] : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;
type Gemini = Wire<{
  contents: Content[]; systemInstruction?: Content; tools?: Tool[]; toolConfig?: ToolConfig; generationConfig?: GenerationConfig;
  safetySettings?: SafetySetting[]; serviceTier?: string;
}>;
/** Nobody publishes types of the old interface: after Baidu's page. */
type ErnieV1 = {
  messages: { role: 'user' | 'assistant' | 'function'; content: string; name?: string; function_call?: { name: string; arguments: string; thoughts?: string } }[];
  system?: string; stream?: boolean; temperature?: number; top_p?: number; penalty_score?: number; stop?: string[]; max_output_tokens?: number;
  response_format?: 'json_object' | 'text'; user_id?: string;
  functions?: { name: string; description: string; parameters: object; responses?: object }[];
  tool_choice?: { type: 'function'; function: { name: string } };
};`;
