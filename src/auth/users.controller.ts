import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ForAdmins } from '../access/audience.js';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery, toPage } from '../common/page.js';
import { UuidParam } from '../common/uuid-param.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { UserDto, UserPageDto } from './dto/user.dto.js';
import { UserChanges } from './user-changes.service.js';
import { UsersService } from './users.service.js';

@ForAdmins()
@ApiTags('Users')
@UseInterceptors(TakesEffectBeforeAnswer)
@Controller('api/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: UserChanges,
  ) {}

  /** Everybody, newest first. */
  @Get()
  async list(@Query() query: PageQuery): Promise<UserPageDto> {
    return toPage(await this.users.list(query), query.limit, (user) => UserDto.from(user));
  }

  /** Adds a user. */
  @Post()
  async create(@Body() body: CreateUserDto, @CurrentActor() actor: Actor): Promise<UserDto> {
    return UserDto.from(await this.users.create(body, actor));
  }

  /** One user. */
  @Get(':id')
  async get(@UuidParam() id: string): Promise<UserDto> {
    return UserDto.from(await this.users.get(id));
  }

  /** Changes the fields that are sent; ends the sessions of the user when the password or the role changes. */
  @Put(':id')
  async update(
    @UuidParam() id: string,
    @Body() body: UpdateUserDto,
    @CurrentActor() actor: Actor,
  ): Promise<UserDto> {
    const {
      role,
      is_active: isActive,
      password,
      routing_preferences: routingPreferences,
      ...limits
    } = body;
    const change = { role, isActive, password, routingPreferences, limits };
    return UserDto.from(await this.changes.update(id, change, actor));
  }

  /** The same as PUT. */
  @Patch(':id')
  patch(
    @UuidParam() id: string,
    @Body() body: UpdateUserDto,
    @CurrentActor() actor: Actor,
  ): Promise<UserDto> {
    return this.update(id, body, actor);
  }

  /** Disables the user; what they have used stays accounted for. */
  @Delete(':id')
  @HttpCode(204)
  async disable(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<void> {
    await this.changes.update(id, { isActive: false }, actor);
  }
}
