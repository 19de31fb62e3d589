import type { Context, Next } from 'koa';

/** Answers are data: nothing may run, frame or cache them. Pages loosen this for themselves. */
export function securityHeaders(publicUrl: string) {
  const secure = publicUrl.startsWith('https:');
  return async (context: Context, next: Next): Promise<void> => {
    context.set({
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
      ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' } : {}),
    });
    await next();
  };
}
