/**
 * Makes Stripe slow and its webhooks doubled and out of order, again and again, for a sandbox that was
 * killed has forgotten it: so that more is under way at any moment than on a quiet machine.
 */
export function badWeather(sandbox: string): { end(): Promise<void> } {
  const set = async (command: string, body: Record<string, unknown>): Promise<void> => {
    try {
      await fetch(`${sandbox}/_control/${command}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch {
      // It is down; it is told again.
    }
  };
  const timer = setInterval(() => {
    void set('faults', { latencyMs: 500, rates: { drop_after_commit: 0.05 } });
    void set('webhooks', { duplicateRate: 0.3, shuffleMs: 700 });
  }, 500);
  return {
    async end() {
      clearInterval(timer);
      await set('calm', {});
    },
  };
}
