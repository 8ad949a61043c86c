import { IsIn } from 'class-validator';

export class OrderCircuitDto {
  /**
   * `forced_open`: nothing new is sent to the account, calls under way go on. `disabled`: its failures open no circuit.
   * `auto`: left to the circuit breakers again.
   * @example "forced_open"
   */
  @IsIn(['forced_open', 'disabled', 'auto'])
  state: 'forced_open' | 'disabled' | 'auto';
}
