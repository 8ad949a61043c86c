/** The name of the constraint a statement failed on; undefined for every other error. PostgreSQL's class 23. */
export function violatedConstraint(error: unknown): string | undefined {
  const { driverError } = error as { driverError?: { code?: string; constraint?: string } };
  return driverError?.code?.startsWith('23') ? driverError.constraint : undefined;
}
