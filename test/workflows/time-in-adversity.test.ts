import { sweepLateSubscriptions } from '../../worker/sweep';
import {
  cancelUpdate,
  changeUpdate,
  pauseUpdate,
  paymentMethodChangedSignal,
  resumeUpdate,
} from '../../workflows/messages';
import {
  breakCard,
  eventually,
  invoicesOf,
  subscribe,
  subscriptionRow,
} from '../support/customers';

import {
  atStripe,
  pause,
  day,
  ago,
  findingsAbout,
  planAt,
  begun,
  cyclesOf,
  behind,
  restart,
} from './adverse-story';
import { world, handle } from './adverse-world';

describe('while Stripe is down', () => {
  it('a cancellation is answered although a change is being charged, which then costs nothing', async () => {
    const story = await begun();
    await story.to('04-10');
    const before = atStripe();
    world.sandbox.control.failNextRequests('error_before_commit', 10_000);
    const changing = story.change({ quantity: 3 }).catch((error: unknown) => error);
    await eventually('a charge is under way', async () => {
      const change = (await story.invoices()).find(({ reason }) => reason === 'change');
      return (change?.attemptCount ?? 0) > 0;
    });
    expect(await story.cancelNow()).toEqual({ status: 'canceled' });
    world.sandbox.control.calm();
    await changing;
    await eventually(
      'the workflow ends',
      async () => (await handle(story.id).describe()).status.name === 'COMPLETED',
    );
    const after = atStripe();
    expect(after.charged - before.charged).toBe(after.refunded - before.refunded);
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('a downgrade can be noted while a renewal is being tried', async () => {
    const { id: planId } = await planAt(1000n);
    const cheaper = await planAt(500n);
    const { subscriptionId } = await subscribe(world, { planId, paymentMethodId: 'pm_card_visa' });
    await behind(subscriptionId, 40);
    world.sandbox.control.failNextRequests('error_before_commit', 10_000);
    await restart(subscriptionId);
    await eventually('the renewal is being tried', async () => {
      const [, second] = await invoicesOf(world, subscriptionId);
      return (second?.attemptCount ?? 0) > 0;
    });
    const answered = handle(subscriptionId).executeUpdate(changeUpdate, {
      args: [{ planId: cheaper.id, when: 'period_end' }],
    });
    const answer = await Promise.race([answered, pause(6_000).then(() => 'no answer')]);
    world.sandbox.control.calm();
    await answered;
    expect(answer).toMatchObject({ status: expect.any(String) });
  }, 30_000);
});

describe('a message that comes before what was due', () => {
  /** A message that waits for the worker, as does a boundary that passed while none was there. */
  async function told(subscriptionId: string, tell: () => Promise<unknown>) {
    await world.stopWorker();
    await restart(subscriptionId);
    const answer = tell();
    await pause(1_000);
    await world.startWorker();
    return answer;
  }

  it('a pause does not make the period free that had begun before it', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await behind(subscriptionId, 31);
    await told(subscriptionId, () =>
      handle(subscriptionId).executeUpdate(pauseUpdate, { args: [{}] }),
    );
    await eventually('the boundary is crossed', async () => {
      return (await subscriptionRow(world, subscriptionId)).cycle === 2;
    });
    expect((await cyclesOf(subscriptionId)).map(({ outcome }) => outcome)).toEqual([
      'billed',
      'billed',
    ]);
  }, 30_000);

  it('a cancellation does not make the period free that had begun before it', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    // Ten days of the second period were used when the cancellation came.
    await behind(subscriptionId, 40);
    await told(subscriptionId, () =>
      handle(subscriptionId).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] }),
    );
    expect((await cyclesOf(subscriptionId)).length).toBe(2);
  }, 30_000);

  it('a resume does not bill periods that were paused', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await handle(subscriptionId).executeUpdate(pauseUpdate, { args: [{}] });
    await behind(subscriptionId, 95);
    await told(subscriptionId, () => handle(subscriptionId).executeUpdate(resumeUpdate));
    await eventually('the boundaries are crossed', async () => {
      return (await subscriptionRow(world, subscriptionId)).cycle === 4;
    });
    const cycles = await cyclesOf(subscriptionId);
    expect(cycles.map(({ outcome }) => outcome)).toEqual([
      'billed',
      'skipped',
      'skipped',
      'skipped',
    ]);
  }, 30_000);

  it('an upgrade is charged for the period that it falls into, and no time is free', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const weekly = await planAt(300n, { interval: 'week' });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await behind(subscriptionId, 40);
    await told(subscriptionId, () =>
      handle(subscriptionId)
        .executeUpdate(changeUpdate, {
          args: [{ planId: weekly.id, when: 'now', customerPresent: true }],
        })
        .catch(() => undefined),
    );
    await pause(1_000);
    const [first] = await cyclesOf(subscriptionId);
    const length = Date.parse(first?.periodEnd ?? '') - Date.parse(first?.periodStart ?? '');
    expect(length / day).toBe(30);
  }, 30_000);
});

describe('the sweep', () => {
  it('finds a subscription that was to start and whose workflow is lost', async () => {
    const { id: planId } = await planAt(1000n);
    const { subscriptionId } = await subscribe(world, {
      planId,
      paymentMethodId: 'pm_card_visa',
      terms: { startAt: new Date(Date.now() + day).toISOString() },
    });
    await handle(subscriptionId).terminate('lost');
    await world.database.subscriptions.update(
      { startsAt: ago(3_600_000), currentPeriodStart: ago(3_600_000) },
      { where: { id: subscriptionId } },
    );
    await sweepLateSubscriptions(world);
    await eventually(
      'it has started',
      async () => (await subscriptionRow(world, subscriptionId)).status === 'active',
      5_000,
    );
  });
});

describe('a new run of the workflow', () => {
  it('loses no message of many that come while it begins', async () => {
    const story = await begun({ interval: 'day' });
    const plans = [
      await planAt(500n, { interval: 'day' }),
      await planAt(600n, { interval: 'day' }),
    ];
    let arrived = false;
    const arriving = story.to('05-21').then(() => (arrived = true));
    const answers: string[] = [];
    for (let turn = 0; !arrived && turn < 400; turn += 1) {
      const asked = await Promise.all(
        plans.map(({ id }) => story.change({ planId: id, when: 'period_end' })),
      );
      answers.push(
        ...asked.map((answer) => ('refused' in answer ? answer.refused.code : answer.status)),
      );
    }
    await arriving;
    expect([...new Set(answers)].filter((code) => code !== 'nothing_to_change')).toEqual([
      'active',
    ]);
    expect((await story.row()).cycle).toBe(51);
    expect(await findingsAbout(story.id)).toEqual([]);
  }, 60_000);
});

describe('an unpaid subscription', () => {
  it('comes back when its customer brings a good card', async () => {
    const story = await begun({ dunning: { retryDays: [1, 3], finalAction: 'unpaid' } });
    const good = await breakCard(world, story.userId);
    await story.to('06-02');
    expect((await story.row()).status).toBe('unpaid');
    await world.database.paymentMethods.update(
      { isDefault: false },
      { where: { userId: story.userId } },
    );
    await world.database.paymentMethods.update({ isDefault: true }, { where: { id: good } });
    await handle(story.id).signal(paymentMethodChangedSignal);
    await story.to('06-03');
    expect((await story.row()).status).toBe('active');
  });
});
