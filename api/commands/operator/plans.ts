import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Transaction } from 'sequelize';
import type { PlanRecord, UserRecord } from '../../../activities/ports/records';
import { isTerm } from '../../../billing/calendar';
import type { Instant } from '../../../billing/instant';
import {
  moveSubscribersWorkflowId,
  taskQueue,
  type MoveSubscribersInput,
} from '../../../workflows/messages';
import { violatedConstraint } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { Problem, invalidField } from '../../http/problem';
import { Refused } from '../../http/refusals';
import { anyRow } from '../../queries/operator/any';
import { liveStatuses } from '../../queries/subscriptions';
import { makeOnce } from '../repeatable';
import { refuseAmount } from './amounts';
import { audited, factsOf, recordAct, type Asked, type Facts } from './audit';

export type PlanFields = Omit<
  PlanRecord,
  'id' | 'code' | 'version' | 'currency' | 'archivedAt' | 'createdAt' | 'updatedAt'
>;

/** What a new version differs in; what is undefined stays. */
export type PlanChanges = { [K in keyof PlanFields]?: PlanFields[K] | undefined };

/**
 * Puts a new plan on offer, as version 1.
 * @throws Problem 400 for a price or a term that can't be billed, 409 `plan_code_taken`, 422 for a key
 *   of another request.
 */
export async function createPlan(
  { database }: Dependencies,
  operator: UserRecord,
  fields: PlanFields & Pick<PlanRecord, 'code' | 'currency'>,
  { reason, idempotencyKey }: Asked,
): Promise<PlanRecord> {
  refuseUnbillable(fields);
  const plan = { ...fields, version: 1 };
  const making = { kind: 'plan', userId: operator.id, idempotencyKey, wanted: plan };
  return makeOnce({ ...making, table: database.plans }, async (id) => {
    try {
      await database.transaction(async (transaction) => {
        await database.plans.create({ ...plan, id }, { transaction });
        await recordAct(
          database,
          transaction,
          { operator, action: 'plan.create', object: `plan/${id}`, reason },
          { before: null, after: planFacts(plan) },
        );
      });
    } catch (error) {
      if (violatedConstraint(error) !== 'plans_code_version_key') throw error;
      throw new Problem(409, 'plan_code_taken', `There is a plan "${plan.code}": add a version.`);
    }
  });
}

/**
 * Makes a new version of a plan: what is given differs, the rest stays. It takes the place of the older
 * ones on offer; who has one of them keeps it until they are moved.
 * @throws as `createPlan`, and Problem 404.
 */
export async function addPlanVersion(
  { database }: Dependencies,
  operator: UserRecord,
  planId: string,
  changes: PlanChanges,
  { reason, idempotencyKey }: Asked,
): Promise<PlanRecord> {
  const based = await anyRow(database.plans, planId);
  const { code, currency } = based;
  const wanted = { ...changed(based, changes), code, currency };
  refuseUnbillable(wanted);
  const making = { kind: 'plan-version', userId: operator.id, idempotencyKey, wanted };
  return makeOnce({ ...making, table: database.plans }, (id) =>
    database.transaction(async (transaction) => {
      const version = (await lockLatestVersion(database, code, transaction)) + 1;
      const plan = { ...wanted, version };
      const archivedAt = new Date().toISOString();
      const where = { code, archivedAt: null };
      await database.plans.update({ archivedAt }, { where, transaction });
      await database.plans.create({ ...plan, id }, { transaction });
      await recordAct(
        database,
        transaction,
        { operator, action: 'plan.add_version', object: `plan/${id}`, reason },
        { before: planFacts(based), after: planFacts(plan) },
      );
    }),
  );
}

const changed = (plan: PlanRecord, changes: PlanChanges): PlanFields => ({
  name: changes.name ?? plan.name,
  description: changes.description ?? plan.description,
  amountMinor: changes.amountMinor ?? plan.amountMinor,
  interval: changes.interval ?? plan.interval,
  intervalCount: changes.intervalCount ?? plan.intervalCount,
  trialDays: changes.trialDays ?? plan.trialDays,
  features: changes.features ?? plan.features,
  collectionMethod: changes.collectionMethod ?? plan.collectionMethod,
  dunning: changes.dunning ?? plan.dunning,
  catchUp: changes.catchUp ?? plan.catchUp,
  proration: changes.proration ?? plan.proration,
  pauseAccess: changes.pauseAccess ?? plan.pauseAccess,
  stripePriceId: changes.stripePriceId ?? plan.stripePriceId,
});

/** A plan's latest version. Two that make a new one take turns, and the second sees the first's. */
async function lockLatestVersion(
  { plans }: Dependencies['database'],
  code: string,
  transaction: Transaction,
): Promise<number> {
  const first = { code, version: 1 };
  const lock = transaction.LOCK.UPDATE;
  await plans.findAll({ attributes: ['id'], where: first, transaction, lock });
  return plans.max('version', { where: { code }, transaction });
}

/** Takes a plan off the offer; who has it keeps it. Asked again it answers the same. @throws Problem 404. */
export async function archivePlan(
  { database }: Dependencies,
  operator: UserRecord,
  planId: string,
  reason: string | undefined,
): Promise<PlanRecord> {
  await database.transaction(async (transaction) => {
    const before = await anyRow(database.plans, planId);
    if (before.archivedAt !== null) return;
    const archivedAt = new Date().toISOString();
    await database.plans.update({ archivedAt }, { where: { id: planId }, transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'plan.archive', object: `plan/${planId}`, reason },
      { before: planFacts(before), after: planFacts({ ...before, archivedAt }) },
    );
  });
  return anyRow(database.plans, planId);
}

/** A move of all subscribers of one version of a plan to another, each at a boundary of theirs. */
export interface Move {
  fromPlanId: string;
  toPlanId: string;
  /** Boundaries before this are passed over. */
  notBefore?: Instant | undefined;
  reason?: string | undefined;
}

/**
 * Begins the move, and answers how many subscriptions it concerns.
 * @throws Problem 404, 400 `plan_code_mismatch`, 409 `move_under_way`; Refused `currency_mismatch`,
 *   `nothing_to_change`.
 */
export async function moveSubscribers(
  { database, temporal }: Dependencies,
  operator: UserRecord,
  { fromPlanId, toPlanId, notBefore, reason }: Move,
): Promise<number> {
  const [from, to] = [await anyRow(database.plans, fromPlanId), await target(database, toPlanId)];
  refuseMove(from, to);
  const subscribers = () =>
    database.subscriptions.count({
      where: { planId: from.id, status: liveStatuses, managedBy: 'everbill' },
    });
  const moving = await subscribers();
  const input: MoveSubscribersInput = {
    fromPlanId,
    toPlanId,
    ...(notBefore === undefined ? {} : { notBefore }),
  };
  await audited(
    database,
    { operator, action: 'plan.move_subscribers', object: `plan/${from.id}`, reason },
    async () => ({ ...input, subscribers: await subscribers() }),
    async () => {
      try {
        await temporal.within(5_000, ({ workflow }) =>
          workflow.start('moveSubscribers', {
            workflowId: moveSubscribersWorkflowId(toPlanId),
            taskQueue,
            args: [input],
            workflowIdConflictPolicy: 'FAIL',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowTaskTimeout: '5 seconds',
            staticSummary: `Subscribers of ${from.code} v${from.version} to v${to.version}`,
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        throw new Problem(
          409,
          'move_under_way',
          'Subscribers are being moved to this version at the moment.',
        );
      }
    },
  );
  return moving;
}

async function target({ plans }: Dependencies['database'], id: string): Promise<PlanRecord> {
  const row = await plans.findByPk(id);
  if (row !== null) return row.get({ plain: true });
  throw new Refused({ code: 'plan_not_found', message: 'There is no such plan.' });
}

function refuseMove(from: PlanRecord, to: PlanRecord): void {
  if (to.code !== from.code) {
    const message = 'Subscribers are moved to another version of their own plan.';
    throw new Problem(400, 'plan_code_mismatch', message, {
      errors: [{ field: 'to_plan_id', message, code: 'plan_code_mismatch' }],
    });
  }
  if (to.id === from.id) {
    throw new Refused({ code: 'nothing_to_change', message: 'They have this version already.' });
  }
  if (to.currency !== from.currency) {
    throw new Refused({
      code: 'currency_mismatch',
      message: 'A subscription can’t change its currency.',
    });
  }
}

function refuseUnbillable(
  plan: Pick<PlanRecord, 'amountMinor' | 'currency' | 'interval' | 'intervalCount'>,
): void {
  refuseAmount('amount', plan.amountMinor, plan.currency);
  if (!isTerm(plan)) {
    throw invalidField(
      'interval_count',
      'A term is at least one interval and at most ten years.',
      'term_invalid',
    );
  }
}

type PlanRow = PlanFields & Pick<PlanRecord, 'code' | 'currency' | 'version'>;

const planFacts = (plan: PlanRow & { archivedAt?: string | null }): Facts =>
  factsOf(plan, [
    'code',
    'version',
    'name',
    'description',
    'amountMinor',
    'currency',
    'interval',
    'intervalCount',
    'trialDays',
    'features',
    'collectionMethod',
    'dunning',
    'catchUp',
    'proration',
    'pauseAccess',
    'archivedAt',
  ]);
