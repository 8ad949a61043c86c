import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskReserve } from './disk-reserve.js';

describe('DiskReserve', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'reserve-'));
    path = join(directory, 'journal', 'reserve');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('holds its bytes on the disk', () => {
    const reserve = new DiskReserve(path, 5_000);
    expect([reserve.take(), reserve.take()]).toEqual([true, true]);
    expect(statSync(path).size).toBe(5_000);
  });

  it('gives them up and gets them back', () => {
    const reserve = new DiskReserve(path, 5_000);
    reserve.take();
    reserve.giveUp();
    expect([reserve.isHeld, reserve.isLost, existsSync(path)]).toEqual([false, true, false]);
    reserve.take();
    expect([reserve.isHeld, reserve.isLost, existsSync(path)]).toEqual([true, false, true]);
  });

  it('makes a piece of it whole that an earlier process left', () => {
    const reserve = new DiskReserve(path, 5_000);
    reserve.take();
    writeFileSync(path, 'half');
    expect(new DiskReserve(path, 5_000).take()).toBe(true);
    expect(statSync(path).size).toBe(5_000);
  });

  it('says when there is no place for it', () => {
    writeFileSync(join(directory, 'journal'), 'a file where the directory should be');
    const reserve = new DiskReserve(path, 5_000);
    expect([reserve.take(), reserve.isLost]).toEqual([false, true]);
  });
});
