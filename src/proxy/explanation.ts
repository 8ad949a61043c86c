import type { Decision, Plan } from '../routing/plan.js';
import { survey, type PlannedCandidate, type PlannedModel } from '../routing/survey.js';
import type {
  ExplainedCandidateDto,
  ExplainedModelDto,
  ExplanationDto,
} from './dto/explain.dto.js';

/** A plan in the words of the API. @param now monotonic milliseconds */
export function explain(plan: Plan, now: number): ExplanationDto {
  const models = survey(plan, now);
  return {
    would_ask: likeliest(models),
    models: models.map(toModel),
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

/** To pick would take somebody's turn or pin a session: told is only what can be seen. */
function likeliest(models: readonly PlannedModel[]): string | null {
  for (const { candidates } of models) {
    const open = candidates.filter(({ exclusion }) => exclusion === null);
    const first = Math.min(...open.map(({ candidate }) => candidate.account.priority));
    const tier = open.filter(({ candidate }) => candidate.account.priority === first);
    const scored = tier.filter(({ score }) => score !== null);
    const [best] = (scored.length ? scored : tier).sort((a, b) => (a.score ?? 0) - (b.score ?? 0));
    if (best && (scored.length > 0 || tier.length === 1)) return best.candidate.account.name;
    if (best) return null;
  }
  return null;
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
