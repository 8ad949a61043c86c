import type { Decision, Plan } from '../routing/plan.js';
import { survey, type PlannedCandidate, type PlannedModel } from '../routing/survey.js';
import type {
  ExplainedCandidateDto,
  ExplainedModelDto,
  ExplanationDto,
} from './dto/explain.dto.js';

/** A plan in the words of the API. @param now monotonic milliseconds */
export function explain(plan: Plan, now: number): ExplanationDto {
  return {
    would_ask: plan.firstChoice?.account.name ?? null,
    models: survey(plan, now).map(toModel),
  };
}

/** What a usage record keeps of a decision, and shows. */
export function decisionRecord({ excluded, ...decision }: Decision): object {
  return {
    ...decision,
    excluded: excluded.map(({ accountId, accountName, model, reason, remainingMs }) => ({
      account_id: accountId,
      account_name: accountName,
      model,
      reason,
      remaining_ms: remainingMs,
    })),
  };
}

function toModel({ model, strategy, candidates }: PlannedModel): ExplainedModelDto {
  return { model, strategy, candidates: candidates.map(toCandidate) };
}

function toCandidate({
  candidate,
  exclusion,
  score,
  failureShare,
  latencyMs,
}: PlannedCandidate): ExplainedCandidateDto {
  const { account, model, state } = candidate;
  const remainingMs = exclusion?.remainingMs ?? null;
  return {
    account_id: account.id,
    account_name: account.name,
    provider: account.adapter.provider,
    model,
    priority: account.priority,
    weight: account.weight,
    available: exclusion === null,
    reason: exclusion?.reason ?? null,
    retry_in_seconds: remainingMs && Math.ceil(remainingMs / 1000),
    circuit: state.breaker.state,
    score,
    requests_in_flight: state.account.load.count,
    time_to_first_token_ms: latencyMs && Math.round(latencyMs),
    failure_share: failureShare,
  };
}
