import { validationPipe } from '../../common/validation.pipe.js';
import { CaptureSettingsDto } from './capture.dto.js';

describe('CaptureSettingsDto', () => {
  const check = (body: object): Promise<CaptureSettingsDto> =>
    validationPipe().transform(body, { type: 'body', metatype: CaptureSettingsDto });

  it('takes secrets out unless somebody says otherwise', async () => {
    expect(await check({ retention_days: 7 })).toEqual({ retention_days: 7, redact: true });
  });

  it('takes null for no answer to that', async () => {
    await expect(check({ retention_days: 7, redact: null })).rejects.toThrow('redact');
  });
});
