export const root: string;
export function buildWhenStale(): Promise<void>;
