import type { Block, ConversationAnswer } from '../conversation.js';
import { MalformedAnswerError, type EncodingContext } from '../translation.js';
import type { ItemContext, ItemStatus } from './item-context.js';
import { contentLogprobs, type Logprob, type Piece } from './message-item.js';
import {
  itemKindOf,
  joinsItem,
  writeItem,
  writeSignatureBehind,
  type OutputItem,
} from './output-items.js';
import { itemContext, outcomeOf, writeResponse, type ResponseBody } from './response-object.js';

/** The whole answer as a response; the protocol has one candidate only. Throws MalformedAnswerError. */
export function encodeResponsesAnswer(
  answer: ConversationAnswer,
  context: EncodingContext,
): ResponseBody {
  const [candidate] = answer.candidates;
  if (!candidate) throw new MalformedAnswerError('the answer has no candidate');
  const { blocks, finishReason, logprobs } = candidate;
  const outcome = outcomeOf(
    finishReason,
    blocks.some(({ type }) => type === 'refusal'),
  );
  const groups = groupPieces(blocks, contentLogprobs(logprobs));
  const output = writeOutput(groups, outcome.status !== 'completed', itemContext(context));
  const { createdAt, usage } = answer;
  return writeResponse(context, { createdAt, outcome, output, usage });
}

type Group = [Piece, ...Piece[]];

/** The provider counts the tokens of all texts together: they go to the first one. */
function groupPieces(blocks: readonly Block[], logprobs: readonly Logprob[]): Group[] {
  const groups: Group[] = [];
  const firstText = blocks.find(({ type }) => type === 'text');
  for (const block of blocks.filter((candidate) => itemKindOf(candidate) !== null)) {
    const piece: Piece = { block, logprobs: block === firstText ? logprobs : [] };
    const last = groups.at(-1)?.at(-1);
    if (last && joinsItem(last.block, block)) groups.at(-1)?.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

/** Only what was said last can have been cut off. */
function writeOutput(
  groups: readonly Group[],
  isCut: boolean,
  context: ItemContext,
): readonly OutputItem[] {
  const output: OutputItem[] = [];
  for (const group of groups) {
    const status: ItemStatus = isCut && group === groups.at(-1) ? 'incomplete' : 'completed';
    output.push(writeItem(group, output.length, status, context));
    const last = group.at(-1) ?? group[0];
    const behind = writeSignatureBehind(last.block, output.length, context);
    if (behind) output.push(behind);
  }
  return output;
}
