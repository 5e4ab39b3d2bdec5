// What a refused call throws: the server's one shape of errors, and what never reached it.

import type { ErrorBody, FieldViolation } from './schema.js';

/** The server refused, or could not do, what was asked. */
export class ShopbellError extends Error {
  override name = 'ShopbellError';
  /** HTTP status. */
  readonly status: number;
  /** `CONVERSATION_NOT_FOUND` and so on; `INVALID_ARGUMENT` when fields are wrong. */
  readonly code: string;
  /** By which the operator finds the request. */
  readonly requestId: string | undefined;
  /** What a program may want: `retryAfterMs`, `limitBytes`, … */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, requestId?: string, data: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.data = data;
  }

  /** Milliseconds after which the same request may be sent again, where the server says so. */
  get retryAfterMs(): number | undefined {
    const value = this.data['retryAfterMs'];
    return typeof value === 'number' ? value : undefined;
  }
}

/** The request is wrong, field by field. */
export class ShopbellValidationError extends ShopbellError {
  override name = 'ShopbellValidationError';
  readonly violations: readonly FieldViolation[];

  constructor(status: number, message: string, requestId: string | undefined, violations: readonly FieldViolation[]) {
    super(status, 'INVALID_ARGUMENT', message, requestId);
    this.violations = violations;
  }
}

/** The server could not be reached, or its answer broke off. */
export class ShopbellConnectionError extends Error {
  override name = 'ShopbellConnectionError';
}

/** The error that an answer stands for. */
export async function errorOf(answer: Response): Promise<ShopbellError> {
  const requestId = answer.headers.get('x-wix-request-id') ?? undefined;
  const text = await answer.text();
  let body: Partial<ErrorBody> | undefined;
  try {
    body = JSON.parse(text) as Partial<ErrorBody>;
  } catch {
    // A proxy in between has its own way of saying no.
  }
  const details = body?.details;
  const message = body?.message ?? `${answer.status} ${answer.statusText}`;
  if (details && 'validationError' in details) {
    return new ShopbellValidationError(answer.status, message, requestId, details.validationError.fieldViolations);
  }
  if (details && 'applicationError' in details) {
    const { code, data } = details.applicationError;
    return new ShopbellError(answer.status, code, message, requestId, data as Record<string, unknown>);
  }
  return new ShopbellError(answer.status, `HTTP_${answer.status}`, message, requestId);
}
