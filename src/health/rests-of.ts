import type { AccountReport } from '../routing/upstream-report.js';
import type { RestingDto } from './dto/account-health.dto.js';

/** What of an account is left alone at the moment. */
export function restsOf(report: AccountReport | undefined): RestingDto[] {
  if (!report) return [];
  if (report.parked) return [rest(null, report.parked, report.remainingMs)];
  return report.services.flatMap(({ model, reason, remainingMs }) =>
    reason ? [rest(model, reason, remainingMs)] : [],
  );
}

function rest(model: string | null, reason: string, remainingMs: number | null): RestingDto {
  return { model, reason, for_seconds: remainingMs && Math.ceil(remainingMs / 1000) };
}
