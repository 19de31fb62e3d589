import { setTimeout as delay } from 'node:timers/promises';
import { checkBooks } from '../../db/books/checks';
import { subscriptionWorkflowId, viewQuery } from '../../workflows/messages';
import type { Api, Customer, Reply } from '../support/api';
import type { World } from '../support/world';
import { booksOf, readBooks, type Seen } from './books';
import { iso, type Time } from './calendar';
import type { Catalogue, Coupon, Plan } from './catalogue';
import { differences } from './differences';
import { Model, type Quote, type Refusal } from './model';
import type { Operation, Script, Stretch } from './operations';
import { isLive, unsettled } from './state';

/** Where lives are lived. */
export interface Ground {
  world: World;
  api: Api;
  catalogue: Catalogue;
}

/** What a life has amounted to. */
export interface Lived {
  operations: number;
  invoices: number;
  years: number;
  /** How often what was answered: "pause already_paused", "change 200". */
  answers: Map<string, number>;
  /** What was not as it must be, with the operation after which it showed; none when all was well. */
  failure?: { after: number; findings: string[] };
}

/** What did not go as the model says. */
class Astray extends Error {
  constructor(readonly findings: string[]) {
    super(findings.join('\n'));
  }
}

/** How long what happens by itself may take after an answer. */
const patience = 8_000;
/** How many more things are tried on a subscription that has ended. */
const afterTheEnd = 2;

/** Lives a script through the public API, beside the model of it, and compares after each operation. */
export async function live(ground: Ground, script: Script): Promise<Lived> {
  const life = new Life(ground, script);
  let after = -1;
  try {
    if (await life.begin()) {
      for (const [index, operation] of script.operations.entries()) {
        after = index;
        await life.live(operation);
        if (life.isOver) break;
      }
      after = script.operations.length;
      await life.end();
    }
    return life.told;
  } catch (error) {
    const findings =
      error instanceof Astray ? error.findings : [error instanceof Error ? `${error.stack}` : ''];
    return { ...life.told, failure: { after, findings } };
  }
}

class Life {
  readonly #model: Model;
  readonly #began: Time;
  #customer: Customer | undefined;
  #clock = '';
  #id = '';
  #keys = 0;
  #operations = 0;
  #sinceTheEnd = 0;
  #doing = 'create';
  readonly #answers = new Map<string, number>();

  constructor(
    private readonly ground: Ground,
    private readonly script: Script,
  ) {
    const { beginning } = script;
    const { at, zone, quantity, card, country } = beginning;
    this.#began = Date.parse(at);
    this.#model = new Model({
      at: this.#began,
      zone,
      quantity,
      card,
      plan: this.#plan(beginning.plan),
      tax: ground.catalogue.countries[country]?.tax,
    });
  }

  get told(): Lived {
    const { now, invoices } = this.#model.state;
    return {
      operations: this.#operations,
      invoices: invoices.length,
      years: (now - this.#began) / (365.25 * 86_400_000),
      answers: this.#answers,
    };
  }

  get isOver(): boolean {
    return this.#sinceTheEnd > afterTheEnd;
  }

  /** Subscribes; false where that was refused, as it had to be. */
  async begin(): Promise<boolean> {
    const { api, world, catalogue } = this.ground;
    const { at, zone, quantity, card, coupon, country } = this.script.beginning;
    this.#customer = await api.signUp();
    const { id: userId, access } = this.#customer;
    const code = catalogue.countries[country]?.code ?? null;
    await world.database.users.update({ country: code }, { where: { id: userId } });
    const clock = await api.post('/api/v1/test-clocks', { frozen_time: at }, access);
    this.#clock = clock.body.id;
    const offered = coupon === undefined ? undefined : this.#coupon(coupon);
    const reply = await api.post(
      '/api/v1/subscriptions',
      {
        plan_id: this.#model.state.plan.id,
        quantity,
        time_zone: zone,
        test_clock: this.#clock,
        ...(card === 'none' ? {} : { payment_method_id: cardIds[card] }),
        ...(offered === undefined ? {} : { coupon: offered.code }),
      },
      access,
    );
    this.#expectAnswer(reply, this.#model.begin(offered), 201);
    const row = await world.database.subscriptions.findOne({ where: { userId } });
    this.#id = row?.get({ plain: true }).id ?? '';
    if (row === null && this.#model.state.invoices.length > 0) {
      throw new Astray(['there is no subscription']);
    }
    if (row !== null) await this.#compare();
    return row !== null && isLive(this.#model.state);
  }

  async live(operation: Operation): Promise<void> {
    this.#operations += 1;
    this.#doing = operation.type;
    if (this.#model.isOver) this.#sinceTheEnd += 1;
    await this.#do(operation);
    await this.#compare();
  }

  /** Time goes on until what is left undone is over; then the books are proved. */
  async end(): Promise<void> {
    await this.#advance(this.#model.state.now + 45 * 86_400_000);
    await this.#compare();
    const { body } = await this.#call('GET', '');
    const { status, plan, quantity, cycle } = this.#model.state;
    const seen = {
      status: body.status,
      plan: body.plan.id,
      quantity: body.quantity,
      cycle: body.cycle,
    };
    this.#expectSame(seen, { status, plan: plan.id, quantity, cycle });
    await this.#proveBooks();
  }

  /** What the checks of the books find about this customer, whose life alone it is. */
  async #proveBooks(): Promise<void> {
    const { invoiceIds } = await this.#seen();
    const own = new Set([this.#id, this.#customer?.id ?? '', ...invoiceIds]);
    const findings = (await checkBooks(this.ground.world.database)).filter(({ ids }) =>
      Object.values(ids).some((id) => own.has(id)),
    );
    if (findings.length > 0) throw new Astray(findings.map(({ sentence }) => sentence));
  }

  async #do(operation: Operation): Promise<void> {
    const model = this.#model;
    switch (operation.type) {
      case 'advance': {
        if (operation.lookAhead) await this.#lookAhead();
        return this.#advance(this.#target(operation.stretch));
      }
      case 'change':
        return this.#change(operation);
      case 'withdraw':
        return this.#expectAnswer(await this.#call('DELETE', 'pending-change'), model.withdraw());
      case 'pause': {
        const { days } = operation;
        const resumeAt = days === undefined ? undefined : model.state.now + (days - 1) * 86_400_000;
        const body = resumeAt === undefined ? {} : { resume_at: iso(resumeAt) };
        return this.#ask(operation, 'pause', body, () => model.pause(resumeAt));
      }
      case 'resume':
        return this.#ask(operation, 'resume', {}, () => model.resume());
      case 'cancel': {
        const { atPeriodEnd, prorate } = operation;
        const chosen = prorate === undefined ? {} : { prorate };
        const body = { at_period_end: atPeriodEnd, ...chosen };
        return this.#ask(operation, 'cancel', body, () => model.cancel({ atPeriodEnd, ...chosen }));
      }
      case 'reactivate':
        return this.#ask(operation, 'reactivate', {}, () => model.reactivate());
      case 'apply_coupon': {
        const coupon = this.#coupon(operation.coupon);
        const reply = await this.#call('PUT', 'coupon', { coupon: coupon.code });
        return this.#expectAnswer(reply, model.applyCoupon(coupon));
      }
      case 'remove_coupon':
        return this.#expectAnswer(await this.#call('DELETE', 'coupon'), model.removeCoupon());
      case 'use_card':
        return this.#useCard(operation.good);
      case 'pay':
        return this.#pay(operation.invoice);
    }
  }

  /** Asks for something; and again, plainly or under the same key, where the operation says so. */
  async #ask(
    { twice }: Pick<Operation & { twice?: string }, 'twice'>,
    path: string,
    body: object,
    byModel: () => Refusal,
  ): Promise<void> {
    this.#keys += 1;
    const headers = { 'Idempotency-Key': `${this.script.seed}-${this.#keys}` };
    const keyed = twice === 'keyed' ? headers : {};
    const first = byModel();
    this.#expectAnswer(await this.#call('POST', path, body, keyed), first);
    if (twice === undefined) return;
    await this.#compare();
    const second = twice === 'keyed' ? first : byModel();
    this.#expectAnswer(await this.#call('POST', path, body, keyed), second);
  }

  async #change(operation: Operation & { type: 'change' }): Promise<void> {
    const { plan, quantity, when, preview } = operation;
    const model = this.#model;
    const wanted = {
      when,
      ...(plan === undefined ? {} : { plan: this.#plan(plan) }),
      ...(quantity === undefined ? {} : { quantity }),
    };
    const body = {
      when,
      ...(wanted.plan === undefined ? {} : { plan_id: wanted.plan.id }),
      ...(quantity === undefined ? {} : { quantity }),
    };
    if (preview === undefined) {
      return this.#ask(operation, 'change-plan', body, () => model.change(wanted));
    }
    const expected = model.preview(wanted);
    const quote = await this.#call('POST', 'preview-change', body);
    this.#expectQuote(quote, expected);
    if ('refused' in expected) {
      return this.#ask(operation, 'change-plan', body, () => model.change(wanted));
    }
    const asOf = model.state.now;
    const { minutesBefore } = preview;
    if (minutesBefore > 0) await this.#advance(asOf + minutesBefore * 60_000);
    const made = model.state.invoices.length;
    const dated = { ...body, proration_date: quote.body.proration_date };
    await this.#ask(operation, 'change-plan', dated, () => model.change({ ...wanted, asOf }));
    const invoice = model.state.invoices[made];
    // What happened meanwhile may have changed the balance, the coupon, or what is to be given back.
    if (minutesBefore > 0 || invoice?.reason !== 'change') return;
    const { total, amountDue } = invoice;
    this.#expectSame(
      { total: quote.body.total, amountDue: quote.body.amount_due },
      { total: Number(total), amountDue: Number(amountDue) },
    );
  }

  async #lookAhead(): Promise<void> {
    this.#expectQuote(await this.#call('GET', 'upcoming-invoice'), this.#model.upcoming());
  }

  async #useCard(good: boolean): Promise<void> {
    const body = { payment_method_id: cardIds[good ? 'good' : 'bad'] };
    const reply = await this.ground.api.post('/api/v1/payment-methods', body, this.#access);
    if (reply.status !== 201) throw new Astray([JSON.stringify(reply.body)]);
    this.#model.useCard(good);
  }

  async #pay(place: number): Promise<void> {
    const { invoices } = this.#model.state;
    const open = invoices.filter(({ status }) => status === 'open');
    const invoice = open[place] ?? open[0] ?? invoices[place];
    if (invoice === undefined) return;
    const { invoiceIds } = await this.#seen();
    const id = invoiceIds[invoices.indexOf(invoice)] ?? '';
    const path = `/api/v1/invoices/${id}/pay`;
    const reply = await this.ground.api.post(path, {}, this.#access);
    this.#expectAnswer(reply, this.#model.pay(invoice));
  }

  async #advance(to: Time): Promise<void> {
    const { api } = this.ground;
    if (to <= this.#model.state.now) return;
    const from = this.#model.state.status;
    const path = `/api/v1/test-clocks/${this.#clock}`;
    const sent = await api.post(`${path}/advance`, { frozen_time: iso(to) }, this.#access);
    if (sent.status !== 200) throw new Astray([JSON.stringify(sent.body)]);
    this.#model.advance(to);
    const told = `advance ${from} → ${this.#model.state.status}`;
    this.#answers.set(told, (this.#answers.get(told) ?? 0) + 1);
    const deadline = Date.now() + 60_000;
    while ((await api.get(path, this.#access)).body.status !== 'ready') {
      if (Date.now() > deadline) throw new Astray([`the clock never arrived at ${iso(to)}`]);
      await delay(25);
    }
  }

  #target(stretch: Stretch): Time {
    const { state, nextEventAt } = this.#model;
    if ('hours' in stretch) return state.now + stretch.hours * 3_600_000;
    if ('days' in stretch) return state.now + stretch.days * 86_400_000;
    if (!isLive(state)) return state.now + 86_400_000;
    switch (stretch.to) {
      case 'boundary':
        return state.end;
      case 'just_before_boundary':
        return state.end - 1;
      case 'just_after_boundary':
        return state.end + 1_000;
      case 'next_event':
        return nextEventAt ?? state.end;
    }
  }

  get #access(): string {
    return this.#customer?.access ?? '';
  }

  #call(method: string, path: string, body?: object, headers = {}): Promise<Reply> {
    const at = `/api/v1/subscriptions/${this.#id}${path === '' ? '' : `/${path}`}`;
    const sent = body === undefined ? {} : { body };
    return this.ground.api.call(method, at, { ...sent, token: this.#access, headers });
  }

  #expectAnswer({ status, body }: Reply, refusal: Refusal, success = 200): void {
    const answered = status < 400 ? { status } : { code: body.code ?? body };
    const told = `${this.#doing} ${status < 400 ? status : body.code}`;
    this.#answers.set(told, (this.#answers.get(told) ?? 0) + 1);
    this.#expectSame(
      { answer: answered },
      { answer: refusal === undefined ? { status: success } : { code: refusal } },
    );
  }

  #expectQuote(reply: Reply, expected: { refused: string } | Quote): void {
    if ('refused' in expected) return this.#expectAnswer(reply, expected.refused);
    this.#expectAnswer(reply, undefined);
    const { body } = reply;
    this.#expectSame(
      {
        lines: body.lines.map(({ amount }: { amount: number }) => amount),
        discount: body.discount,
        tax: body.tax,
        total: body.total,
        creditApplied: body.credit_applied,
        amountDue: body.amount_due,
      },
      {
        lines: expected.lines.map(({ amount }) => Number(amount)),
        discount: Number(expected.discount),
        tax: Number(expected.tax),
        total: Number(expected.total),
        creditApplied: Number(expected.creditApplied),
        amountDue: Number(expected.amountDue),
      },
    );
  }

  #expectSame(seen: object, expected: object): void {
    const found = differences(seen, expected);
    if (found.length > 0) throw new Astray(found);
  }

  #seen(): Promise<Seen> {
    return readBooks(this.ground.world.database, this.#id);
  }

  /** Row, invoices, cycles, ledger, and the workflow; what happens by itself has a while to happen. */
  async #compare(): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      const seen = await this.#seen();
      const found = differences(seen.books, booksOf(this.#model.state));
      const all = found.length > 0 ? found : await this.#workflow(seen);
      if (all.length === 0) return;
      if (Date.now() > deadline) throw new Astray(all);
      await delay(50);
    }
  }

  /** The running workflow knows what the row says; it runs as long as there is something to wait for. */
  async #workflow({ revision, invoiceIds }: Seen): Promise<string[]> {
    const { state, isOver } = this.#model;
    const handle = this.ground.world.temporal.client.workflow.getHandle(
      subscriptionWorkflowId(this.#id),
    );
    if (isOver) {
      const { status } = await handle.describe();
      return differences({ workflow: status.name }, { workflow: 'COMPLETED' });
    }
    const view = await handle.query(viewQuery);
    const open = unsettled(state).map((invoice) => invoiceIds[state.invoices.indexOf(invoice)]);
    return differences(
      {
        revision: view.state.revision,
        status: view.state.status,
        cycle: view.state.cycle,
        boundary: view.state.boundaryAt,
        clock: view.clock,
        invoices: view.state.invoices.map(({ id }) => id),
        attention: view.needsAttention,
      },
      {
        revision,
        status: state.status,
        cycle: state.cycle,
        boundary: isLive(state) ? iso(state.end) : undefined,
        clock: iso(state.now),
        invoices: open,
        attention: undefined,
      },
    );
  }

  #plan(place: number): Plan {
    const plan = this.ground.catalogue.plans[this.script.beginning.measure][place];
    if (plan === undefined) throw new Error(`no plan ${place}`);
    return plan;
  }

  #coupon(place: number): Coupon {
    const coupon = this.ground.catalogue.coupons[place];
    if (coupon === undefined) throw new Error(`no coupon ${place}`);
    return coupon;
  }
}

/** Attaching the bad one goes well; every charge of it is declined. */
const cardIds = { good: 'pm_card_visa', bad: 'pm_card_chargeCustomerFail' } as const;
