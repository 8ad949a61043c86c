import { applyDecorators } from '@nestjs/common';
import { Type, type ClassConstructor } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';

/** For a field of a DTO that is one object of a class. `@ValidateNested()` alone takes a list of them as well, or an empty one. */
export const IsNested = (type: () => ClassConstructor<object>): PropertyDecorator =>
  applyDecorators(IsObject(), ValidateNested(), Type(type));
