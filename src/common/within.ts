/** Stops waiting, not the work. Null when it takes longer; rejects as the work does, but not with what comes too late. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, milliseconds, null);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
