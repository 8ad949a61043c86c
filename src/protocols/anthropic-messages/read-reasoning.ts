import type { Effort, Reasoning } from '../conversation.js';
import { shape } from './request-shape.js';
import type { JsonObject } from './shape-reader.js';

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];

/** `thinking` says whether to think, `output_config.effort` how hard. Throws InvalidConversationError. */
export function readReasoning(value: unknown, outputConfig: JsonObject): Reasoning | null {
  const effort = shape.optional(outputConfig['effort'], 'output_config.effort', readEffort);
  const thinking = shape.optional(value, 'thinking', shape.object);
  if (!thinking) {
    return effort && { effort, budgetTokens: null, mode: 'adaptive', visible: null };
  }
  const visible = readDisplay(thinking['display']);
  switch (thinking['type']) {
    case 'enabled': {
      const budget = shape.number(thinking['budget_tokens'], 'thinking.budget_tokens');
      return { effort, budgetTokens: budget, mode: 'enabled', visible };
    }
    case 'adaptive':
    case 'between_tools':
      return { effort, budgetTokens: null, mode: 'adaptive', visible };
    case 'disabled':
      return { effort: 'none', budgetTokens: null, mode: 'disabled', visible };
    default:
      throw shape.expected('thinking.type', 'enabled, adaptive, disabled or between_tools');
  }
}

function readEffort(value: unknown, path: string): Effort {
  const effort = EFFORTS.find((known) => known === value);
  if (!effort) throw shape.expected(path, EFFORTS.join(', '));
  return effort;
}

function readDisplay(display: unknown): boolean | null {
  if (display === 'summarized') return true;
  return display === 'omitted' ? false : null;
}
