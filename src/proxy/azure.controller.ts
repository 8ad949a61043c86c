import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenAiController } from './openai.controller.js';

/**
 * OpenAI's protocol at Azure's addresses, for clients that know no others: with a deployment, which is our model, in the path.
 * Their `api-version` means nothing here. Guards, filters and routes are inherited.
 */
@ApiExcludeController()
@Controller('openai/deployments/:deployment')
export class AzureController extends OpenAiController {}
