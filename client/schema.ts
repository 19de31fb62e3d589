/** Made by `npm run client` of the OpenAPI document: change the routes, not this. */


export interface paths {
  "/api/users/signup/": {
    /** Open an account */
    post: operations["post_users_signup"];
  };
  "/api/users/login/": {
    /** Log in */
    post: operations["post_users_login"];
  };
  "/api/billing/plans/": {
    /** List plans */
    get: operations["get_billing_plans"];
  };
  "/api/billing/subscriptions/": {
    /** List your subscriptions */
    get: operations["get_billing_subscriptions"];
    /**
     * Subscribe to a plan
     * @description Without a payment method invoices are sent, due after 7 days, and paid with their client secret.
     */
    post: operations["post_billing_subscriptions"];
  };
  "/api/billing/subscriptions/{id}/": {
    /** See one subscription */
    get: operations["get_billing_subscriptions_id"];
    /**
     * Cancel a subscription at once, or change its plan
     * @description A plan that costs more per day comes at once and is charged; another one with the next period.
     */
    put: operations["put_billing_subscriptions_id"];
    /** Cancel a subscription at once */
    delete: operations["delete_billing_subscriptions_id"];
    /**
     * Cancel a subscription at once, or change its plan
     * @description A plan that costs more per day comes at once and is charged; another one with the next period.
     */
    patch: operations["patch_billing_subscriptions_id"];
  };
  "/api/billing/invoices/": {
    /** List your invoices */
    get: operations["get_billing_invoices"];
  };
  "/api/billing/invoices/{id}/": {
    /** See one invoice */
    get: operations["get_billing_invoices_id"];
  };
  "/api/billing/invoices/{id}/payment/": {
    /** Get what a browser needs to pay an invoice */
    get: operations["get_billing_invoices_id_payment"];
  };
  "/api/auth/register/": {
    /** Open an account */
    post: operations["post_auth_register"];
  };
  "/api/auth/login/": {
    /** Log in */
    post: operations["post_auth_login"];
  };
  "/api/auth/logout/": {
    /**
     * Log out
     * @description Ends the whole session that the refresh token belongs to, at once.
     */
    post: operations["post_auth_logout"];
  };
  "/api/auth/token/refresh/": {
    /**
     * Change a refresh token for new tokens
     * @description A refresh token works once. Using it again ends its whole session.
     */
    post: operations["post_auth_token_refresh"];
  };
  "/api/auth/profile/": {
    /** See your profile */
    get: operations["get_auth_profile"];
    /**
     * Change your names
     * @description Other fields are read-only and ignored.
     */
    patch: operations["patch_auth_profile"];
  };
  "/api/auth/change-password/": {
    /**
     * Change your password
     * @description Every other session ends at once.
     */
    post: operations["post_auth_change_password"];
  };
  "/api/subscriptions/plans/": {
    /** List monthly and yearly plans */
    get: operations["get_subscriptions_plans"];
  };
  "/api/subscriptions/create/": {
    /**
     * Subscribe to a plan
     * @description With `client_secret` in the answer the card wants its owner to authenticate.
     */
    post: operations["post_subscriptions_create"];
  };
  "/api/subscriptions/status/": {
    /** See your subscription */
    get: operations["get_subscriptions_status"];
  };
  "/api/subscriptions/cancel/": {
    /** Cancel your subscription, at its period’s end or at once */
    post: operations["post_subscriptions_cancel"];
  };
  "/api/subscriptions/reactivate/": {
    /** Take a scheduled cancellation back */
    post: operations["post_subscriptions_reactivate"];
  };
  "/api/subscriptions/payments/": {
    /** List your payments */
    get: operations["get_subscriptions_payments"];
  };
  "/api/v1/auth/verify-email": {
    /**
     * Confirm an email address by the link that was mailed to it
     * @description A link works once, for 72 hours, until a newer one is mailed.
     */
    post: operations["post_v1_auth_verify_email"];
  };
  "/api/v1/auth/resend-verification": {
    /**
     * Get another link to confirm your email address
     * @description The older one works no more. Who has confirmed already gets none.
     */
    post: operations["post_v1_auth_resend_verification"];
  };
  "/api/v1/auth/forgot-password": {
    /**
     * Get a link to set a new password
     * @description The answer is the same, after the same time, whether the address has an account or not.
     */
    post: operations["post_v1_auth_forgot_password"];
  };
  "/api/v1/auth/reset-password": {
    /**
     * Set a new password by the link that was mailed
     * @description A link works once, for one hour, until a newer one is mailed. Every session ends.
     */
    post: operations["post_v1_auth_reset_password"];
  };
  "/api/v1/auth/api-keys": {
    /** List API keys, newest first */
    get: operations["get_v1_auth_api_keys"];
    /**
     * Make an API key
     * @description The key is in this answer and nowhere else. Sent as `Authorization: Bearer ek_…` it may do under /api/v1/admin what its scopes say, as long as its maker is an operator.
     */
    post: operations["post_v1_auth_api_keys"];
  };
  "/api/v1/auth/api-keys/{id}": {
    /**
     * Revoke an API key
     * @description It stops working at once, and stays in the list.
     */
    delete: operations["delete_v1_auth_api_keys_id"];
  };
  "/api/v1/plans": {
    /** List plans on offer, newest first */
    get: operations["get_v1_plans"];
  };
  "/api/v1/plans/{id}": {
    /** See one plan, also one that is no longer offered */
    get: operations["get_v1_plans_id"];
  };
  "/api/v1/subscriptions": {
    /** List your subscriptions, newest first */
    get: operations["get_v1_subscriptions"];
    /**
     * Subscribe to a plan
     * @description Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.
     */
    post: operations["post_v1_subscriptions"];
  };
  "/api/v1/subscriptions/{id}": {
    /** See one subscription */
    get: operations["get_v1_subscriptions_id"];
  };
  "/api/v1/subscriptions/{id}/cancel": {
    /**
     * Cancel a subscription, at its period’s end or at once
     * @description At once, the unused time that was paid goes to the balance.
     */
    post: operations["post_v1_subscriptions_id_cancel"];
  };
  "/api/v1/subscriptions/{id}/reactivate": {
    /** Take a scheduled cancellation back */
    post: operations["post_v1_subscriptions_id_reactivate"];
  };
  "/api/v1/subscriptions/{id}/pause": {
    /**
     * Pause a subscription
     * @description Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.
     */
    post: operations["post_v1_subscriptions_id_pause"];
  };
  "/api/v1/subscriptions/{id}/resume": {
    /**
     * Resume a paused subscription
     * @description What is left of a period that was not billed is billed at once.
     */
    post: operations["post_v1_subscriptions_id_resume"];
  };
  "/api/v1/subscriptions/{id}/preview-change": {
    /**
     * See what a change of plan or quantity would cost
     * @description Nothing is changed.
     */
    post: operations["post_v1_subscriptions_id_preview_change"];
  };
  "/api/v1/subscriptions/{id}/change-plan": {
    /**
     * Change the plan, the quantity, or both
     * @description Now: charged at once and in force when paid; a declined card changes nothing. When the card wants authentication, the change waits in `pending_change` with its invoice. At the period’s end: replaceable until then.
     */
    post: operations["post_v1_subscriptions_id_change_plan"];
  };
  "/api/v1/subscriptions/{id}/pending-change": {
    /** Take back a change that waits */
    delete: operations["delete_v1_subscriptions_id_pending_change"];
  };
  "/api/v1/subscriptions/{id}/coupon": {
    /** Put a coupon on a subscription, in the place of the one it has */
    put: operations["put_v1_subscriptions_id_coupon"];
    /** Take the coupon off a subscription */
    delete: operations["delete_v1_subscriptions_id_coupon"];
  };
  "/api/v1/subscriptions/{id}/upcoming-invoice": {
    /**
     * See the invoice that comes next
     * @description As it would be made now. 404 with `no_upcoming_invoice` when none will come.
     */
    get: operations["get_v1_subscriptions_id_upcoming_invoice"];
  };
  "/api/v1/subscriptions/{id}/timeline": {
    /** Read the story of a subscription: what happened, what was charged and why */
    get: operations["get_v1_subscriptions_id_timeline"];
  };
  "/api/v1/invoices": {
    /** List your invoices, newest first */
    get: operations["get_v1_invoices"];
  };
  "/api/v1/invoices/{id}": {
    /** See one invoice */
    get: operations["get_v1_invoices_id"];
  };
  "/api/v1/invoices/{id}/payment": {
    /** Get what a browser needs to pay an invoice */
    get: operations["get_v1_invoices_id_payment"];
  };
  "/api/v1/invoices/{id}/pay": {
    /** Charge an open invoice now, with your default payment method */
    post: operations["post_v1_invoices_id_pay"];
  };
  "/api/v1/payment-methods": {
    /** List your payment methods, newest first */
    get: operations["get_v1_payment_methods"];
    /**
     * Save a payment method and make it the default
     * @description An invoice that is past due is charged with it at once.
     */
    post: operations["post_v1_payment_methods"];
  };
  "/api/v1/payment-methods/setup-intent": {
    /**
     * Begin to save a payment method in the browser
     * @description The browser confirms the SetupIntent with its client secret; bank and customer may have to authenticate. Save the payment method then. Even if the browser never comes back, it is saved once Stripe says so.
     */
    post: operations["post_v1_payment_methods_setup_intent"];
  };
  "/api/v1/payment-methods/{id}/make-default": {
    /**
     * Make a payment method the one that is charged
     * @description An invoice that is past due is charged with it at once.
     */
    post: operations["post_v1_payment_methods_id_make_default"];
  };
  "/api/v1/payment-methods/{id}": {
    /**
     * Remove a payment method
     * @description The newest other one takes the place of a default. The last one of a subscription that is charged automatically stays.
     */
    delete: operations["delete_v1_payment_methods_id"];
  };
  "/api/v1/payments": {
    /** List what was paid and what failed, newest first */
    get: operations["get_v1_payments"];
  };
  "/api/v1/credit-balance": {
    /**
     * See your balance per currency
     * @description Positive is credit for coming invoices; negative is a debt that they will add.
     */
    get: operations["get_v1_credit_balance"];
  };
  "/api/v1/test-clocks": {
    /** Make a test clock */
    post: operations["post_v1_test_clocks"];
  };
  "/api/v1/test-clocks/{id}": {
    /** See whether a test clock has arrived */
    get: operations["get_v1_test_clocks_id"];
    /** Delete a test clock that nothing lives on */
    delete: operations["delete_v1_test_clocks_id"];
  };
  "/api/v1/test-clocks/{id}/advance": {
    /**
     * Advance a test clock
     * @description "ready" again once every subscription on it has come to rest. Ask for it with GET.
     */
    post: operations["post_v1_test_clocks_id_advance"];
  };
  "/api/v1/admin/users": {
    /** List users, newest first */
    get: operations["get_v1_admin_users"];
    /**
     * Open an account for a customer of yours
     * @description They have no password until they set one by "forgot password". With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_users"];
  };
  "/api/v1/admin/users/{id}": {
    /** See one user */
    get: operations["get_v1_admin_users_id"];
    /**
     * Change what a customer is called, where they are taxed, and the zone and language of what they get
     * @description Holds for what comes; invoices that are made stay as they are. Another address has to be confirmed anew, and a link for that is mailed.
     */
    patch: operations["patch_v1_admin_users_id"];
  };
  "/api/v1/admin/users/{id}/deactivate": {
    /**
     * Shut a user out
     * @description Every session ends at once, and none can be begun. Subscriptions run on and are billed: to end one, cancel it. Nobody can do this to themselves (409 `own_account`).
     */
    post: operations["post_v1_admin_users_id_deactivate"];
  };
  "/api/v1/admin/users/{id}/reactivate": {
    /**
     * Let a user in again
     * @description They log in anew. One who was erased stays so (409 `user_erased`).
     */
    post: operations["post_v1_admin_users_id_reactivate"];
  };
  "/api/v1/admin/users/{id}/export": {
    /**
     * Export everything that is held of a person
     * @description Profile, sessions, subscriptions with their stories, invoices with their lines, payments, cards, what mails were sent, and every word that was written with a request. No passwords, tokens or links that open anything. It is kept in the audit log who asked.
     */
    get: operations["get_v1_admin_users_id_export"];
  };
  "/api/v1/admin/users/{id}/erase": {
    /**
     * Erase a person
     * @description For good: names, addresses, metadata, free text, sessions, cards and the contents of mails are gone here at once and at Stripe right after. Invoices, payments and the ledger stay, with their numbers and no name. The address is free for a new account. Refused (409) while there is a live subscription, an unsettled invoice, an open dispute or a pending refund, and for one’s own account. Asked again it answers the same.
     */
    post: operations["post_v1_admin_users_id_erase"];
  };
  "/api/v1/admin/subscriptions": {
    /** List subscriptions, newest first */
    get: operations["get_v1_admin_subscriptions"];
    /**
     * Subscribe a user to a plan, on terms that only an operator may grant
     * @description Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.
     */
    post: operations["post_v1_admin_subscriptions"];
  };
  "/api/v1/admin/subscriptions/{id}": {
    /** See one subscription */
    get: operations["get_v1_admin_subscriptions_id"];
    /**
     * Change what your own system calls a subscription, and what you note on it
     * @description Nothing that is billed changes by it.
     */
    patch: operations["patch_v1_admin_subscriptions_id"];
  };
  "/api/v1/admin/subscriptions/{id}/cancel": {
    /**
     * Cancel a subscription, at its period’s end or at once
     * @description At once, the unused time that was paid goes to the balance.
     */
    post: operations["post_v1_admin_subscriptions_id_cancel"];
  };
  "/api/v1/admin/subscriptions/{id}/reactivate": {
    /** Take a scheduled cancellation back */
    post: operations["post_v1_admin_subscriptions_id_reactivate"];
  };
  "/api/v1/admin/subscriptions/{id}/pause": {
    /**
     * Pause a subscription
     * @description Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.
     */
    post: operations["post_v1_admin_subscriptions_id_pause"];
  };
  "/api/v1/admin/subscriptions/{id}/resume": {
    /**
     * Resume a paused subscription
     * @description What is left of a period that was not billed is billed at once.
     */
    post: operations["post_v1_admin_subscriptions_id_resume"];
  };
  "/api/v1/admin/subscriptions/{id}/preview-change": {
    /**
     * See what a change of plan or quantity would cost
     * @description Nothing is changed.
     */
    post: operations["post_v1_admin_subscriptions_id_preview_change"];
  };
  "/api/v1/admin/subscriptions/{id}/change-plan": {
    /**
     * Change the plan, the quantity, or both
     * @description Now: the customer’s card is charged off-session, and the change is in force when that is paid. At the period’s end: replaceable until then.
     */
    post: operations["post_v1_admin_subscriptions_id_change_plan"];
  };
  "/api/v1/admin/subscriptions/{id}/pending-change": {
    /** Take back a change that waits */
    delete: operations["delete_v1_admin_subscriptions_id_pending_change"];
  };
  "/api/v1/admin/subscriptions/{id}/coupon": {
    /** Put a coupon on a subscription, in the place of the one it has */
    put: operations["put_v1_admin_subscriptions_id_coupon"];
    /** Take the coupon off a subscription */
    delete: operations["delete_v1_admin_subscriptions_id_coupon"];
  };
  "/api/v1/admin/subscriptions/{id}/upcoming-invoice": {
    /**
     * See the invoice that comes next
     * @description As it would be made now. 404 with `no_upcoming_invoice` when none will come.
     */
    get: operations["get_v1_admin_subscriptions_id_upcoming_invoice"];
  };
  "/api/v1/admin/subscriptions/{id}/timeline": {
    /** Read the story of a subscription: what happened, what was charged and why */
    get: operations["get_v1_admin_subscriptions_id_timeline"];
  };
  "/api/v1/admin/subscriptions/{id}/retry": {
    /** Let a subscription that needs attention go on, after a mend */
    post: operations["post_v1_admin_subscriptions_id_retry"];
  };
  "/api/v1/admin/plans": {
    /** List all versions of all plans, newest first */
    get: operations["get_v1_admin_plans"];
    /**
     * Put a new plan on offer
     * @description A price that the currency can’t have is refused: `amount_step_invalid` for 1.234 KWD. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_plans"];
  };
  "/api/v1/admin/plans/{id}": {
    /** See one version of a plan */
    get: operations["get_v1_admin_plans_id"];
  };
  "/api/v1/admin/plans/{id}/versions": {
    /**
     * Make a new version of a plan
     * @description What is left out stays. It takes the place of the older ones on offer; subscriptions keep theirs until they are moved. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_plans_id_versions"];
  };
  "/api/v1/admin/plans/{id}/archive": {
    /**
     * Take a plan off the offer
     * @description Who has it keeps it.
     */
    post: operations["post_v1_admin_plans_id_archive"];
  };
  "/api/v1/admin/plans/{id}/move-subscribers": {
    /**
     * Move all subscribers of a version to another one, each at their next boundary
     * @description They are told by mail. It goes on by itself once it is accepted.
     */
    post: operations["post_v1_admin_plans_id_move_subscribers"];
  };
  "/api/v1/admin/invoices": {
    /** List invoices, newest first */
    get: operations["get_v1_admin_invoices"];
  };
  "/api/v1/admin/invoices/{id}": {
    /** See one invoice */
    get: operations["get_v1_admin_invoices_id"];
  };
  "/api/v1/admin/invoices/{id}/void": {
    /**
     * Take a draft or an open invoice back
     * @description What was booked of it is reversed, and nobody can pay it any more.
     */
    post: operations["post_v1_admin_invoices_id_void"];
  };
  "/api/v1/admin/invoices/{id}/mark-uncollectible": {
    /**
     * Write an open invoice off
     * @description Nothing more is collected; if the customer pays all the same, it is paid.
     */
    post: operations["post_v1_admin_invoices_id_mark_uncollectible"];
  };
  "/api/v1/admin/invoices/{id}/mark-paid": {
    /**
     * Mark an invoice as paid another way than through Stripe
     * @description What is still to be paid of it is booked on the bank account.
     */
    post: operations["post_v1_admin_invoices_id_mark_paid"];
  };
  "/api/v1/admin/invoices/{id}/finalize": {
    /** Make a draft final: it gets its number and is collected */
    post: operations["post_v1_admin_invoices_id_finalize"];
  };
  "/api/v1/admin/invoices/{id}/retry": {
    /**
     * Collect an open invoice now
     * @description Answers once that attempt is settled: its outcome is the last one of `attempts`.
     */
    post: operations["post_v1_admin_invoices_id_retry"];
  };
  "/api/v1/admin/invoices/{id}/credit-notes": {
    /** List the credit notes of an invoice, newest first */
    get: operations["get_v1_admin_invoices_id_credit_notes"];
    /**
     * Credit an invoice, in whole or in part
     * @description First against what is still due of it, then to the card or to the balance. Notes never add up to more than the invoice. A part that is sent to the card waits for Stripe’s answer.
     */
    post: operations["post_v1_admin_invoices_id_credit_notes"];
  };
  "/api/v1/admin/invoices/{id}/refunds": {
    /**
     * Send money back to the card, by a credit note
     * @description What the card has not paid of the amount goes to the customer’s balance.
     */
    post: operations["post_v1_admin_invoices_id_refunds"];
  };
  "/api/v1/admin/invoice-items": {
    /** List one-off items, newest first */
    get: operations["get_v1_admin_invoice_items"];
    /**
     * Put a one-off charge or credit on the next invoice
     * @description With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_invoice_items"];
  };
  "/api/v1/admin/invoice-items/{id}": {
    /** Take an item back that waits for its invoice */
    delete: operations["delete_v1_admin_invoice_items_id"];
  };
  "/api/v1/admin/disputes": {
    /** List disputes, newest first */
    get: operations["get_v1_admin_disputes"];
  };
  "/api/v1/admin/disputes/{id}": {
    /** See one dispute */
    get: operations["get_v1_admin_disputes_id"];
  };
  "/api/v1/admin/disputes/{id}/evidence": {
    /**
     * Answer a dispute with evidence
     * @description Goes to the bank by Stripe, and can’t be added to once it is submitted. With an `Idempotency-Key` a repeated request is sent once.
     */
    post: operations["post_v1_admin_disputes_id_evidence"];
  };
  "/api/v1/admin/disputes/{id}/close": {
    /**
     * Accept a dispute: it is lost, and the customer keeps the money
     * @description The invoice stays paid, and no credit note is made.
     */
    post: operations["post_v1_admin_disputes_id_close"];
  };
  "/api/v1/admin/coupons": {
    /** List coupons, newest first */
    get: operations["get_v1_admin_coupons"];
    /**
     * Give out a new coupon
     * @description With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_coupons"];
  };
  "/api/v1/admin/coupons/{id}": {
    /** See one coupon */
    get: operations["get_v1_admin_coupons_id"];
  };
  "/api/v1/admin/coupons/{id}/archive": {
    /**
     * Give a coupon out no more
     * @description Subscriptions that have it keep it.
     */
    post: operations["post_v1_admin_coupons_id_archive"];
  };
  "/api/v1/admin/tax-rates": {
    /** List tax rates, newest first */
    get: operations["get_v1_admin_tax_rates"];
    /**
     * Put a tax rate in force
     * @description For the country’s customers of that status, on every invoice from now on. A rate never changes: archive it and make another. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_tax_rates"];
  };
  "/api/v1/admin/tax-rates/{id}/archive": {
    /**
     * Take a tax rate out of force
     * @description Invoices that quote it stay as they are.
     */
    post: operations["post_v1_admin_tax_rates_id_archive"];
  };
  "/api/v1/admin/ledger/entries": {
    /** List ledger entries, the last written first */
    get: operations["get_v1_admin_ledger_entries"];
  };
  "/api/v1/admin/ledger/balances": {
    /** See what stands on each account, per currency */
    get: operations["get_v1_admin_ledger_balances"];
  };
  "/api/v1/admin/ledger/journal.csv": {
    /** Export the journal for an accountant, one record per posting */
    get: operations["get_v1_admin_ledger_journal_csv"];
  };
  "/api/v1/admin/ledger/check": {
    /** Prove invoices, balances, payments and refunds from the ledger, and the other way round */
    get: operations["get_v1_admin_ledger_check"];
  };
  "/api/v1/admin/webhook-events": {
    /**
     * List Stripe’s events as they came in, newest first
     * @description With `status=failed`: those that wait for an operator.
     */
    get: operations["get_v1_admin_webhook_events"];
  };
  "/api/v1/admin/webhook-events/{id}": {
    /** See one event of Stripe’s */
    get: operations["get_v1_admin_webhook_events_id"];
  };
  "/api/v1/admin/webhook-events/{id}/replay": {
    /**
     * Have an event looked at once more
     * @description What it is about is read again from Stripe, so that an event which was applied before changes nothing.
     */
    post: operations["post_v1_admin_webhook_events_id_replay"];
  };
  "/api/v1/admin/emails": {
    /**
     * List the mails of the outbox, newest first
     * @description With `status=failed`: those that wait for an operator.
     */
    get: operations["get_v1_admin_emails"];
  };
  "/api/v1/admin/emails/{id}": {
    /** See one mail as it would be sent */
    get: operations["get_v1_admin_emails_id"];
  };
  "/api/v1/admin/emails/{id}/resend": {
    /**
     * Send a mail again
     * @description The same mail, with its Message-ID, to the address that the user has now; a failed one gets all its tries again. One that is queued already only stays so. Refused (409) when its receiver was erased (`user_erased`) or its link works no more (`email_expired`).
     */
    post: operations["post_v1_admin_emails_id_resend"];
  };
  "/api/v1/admin/reconciliation": {
    /**
     * See whether Stripe’s books and ours agree
     * @description They are compared every hour: what came, was given back or disputed lately.
     */
    get: operations["get_v1_admin_reconciliation"];
    /**
     * Compare Stripe’s books with ours now
     * @description Answers as soon as it has begun; see the list for what it came to. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
     */
    post: operations["post_v1_admin_reconciliation"];
  };
  "/api/v1/admin/discrepancies": {
    /** List what differs or did, found last first */
    get: operations["get_v1_admin_discrepancies"];
  };
  "/api/v1/admin/discrepancies/{id}/resolve": {
    /** Close something that differs and is explained */
    post: operations["post_v1_admin_discrepancies_id_resolve"];
  };
  "/api/v1/admin/metrics": {
    /**
     * See the business’s figures: recurring revenue, churn, payments and dunning
     * @description Integer minor units, per currency, never added up over currencies. Subscriptions on test clocks are left out.
     *
     * Monthly recurring revenue (MRR) of a subscription is its plan × quantity, less the coupon in force (`once` coupons never count), without taxes that come on top, normalised to a month: a year is 12 months, 52 weeks or 365 days. It is rounded per subscription, half away from zero. Active and past due subscriptions count; trialing, paused, unpaid and ended ones do not. A trial counts from its end on.
     *
     * New, expansion, contraction, paused, resumed and churned are the changes of MRR in a calendar month, at the instants at which they came into force; they lead from the month’s first MRR to its last exactly. Churn is relative to the month’s first MRR: pauses are not churn.
     *
     * A payment has failed when an attempt was declined; an invoice was recovered when it was paid after it had been charged in vain or was overdue. Dunning shows what is open now, and what became of the invoices whose trouble began in the months shown.
     */
    get: operations["get_v1_admin_metrics"];
  };
  "/api/v1/admin/billing-day": {
    /**
     * See how a day’s renewals go
     * @description Live. What falls due in a calendar day of the zone, how much of it is done, what is late, how fast it goes and when it will be over. First periods, test clocks and subscriptions that Stripe runs are left out.
     */
    get: operations["get_v1_admin_billing_day"];
  };
  "/api/v1/admin/audit-log": {
    /** See what operators did, newest first */
    get: operations["get_v1_admin_audit_log"];
  };
  "/pay/{token}": {
    /**
     * See and pay one invoice
     * @description The `hosted_url` of an invoice. It works for 90 days after it was given out, for the invoice alone.
     */
    get: operations["get_pay_token"];
    /** Go on to the card page of the sandbox */
    post: operations["post_pay_token"];
  };
  "/pay/assets/{name}": {
    /** Scripts and styles of the page */
    get: operations["get_pay_assets_name"];
  };
  "/api/billing/stripe/webhook/": {
    /**
     * Receive an event of Stripe’s
     * @description The body is signed by Stripe, in the header `Stripe-Signature`.
     */
    post: operations["post_billing_stripe_webhook"];
  };
  "/api/webhooks/stripe/": {
    /**
     * Receive an event of Stripe’s
     * @description The body is signed by Stripe, in the header `Stripe-Signature`.
     */
    post: operations["post_webhooks_stripe"];
  };
  "/healthz": {
    /** Whether this process answers */
    get: operations["get_healthz"];
  };
  "/readyz": {
    /** Whether everything that requests need can be reached */
    get: operations["get_readyz"];
  };
  "/metrics": {
    /** Figures for Prometheus */
    get: operations["get_metrics"];
  };
  "/api/schema/": {
    /** The OpenAPI document */
    get: operations["get_schema"];
  };
  "/api/docs/": {
    /** Swagger UI */
    get: operations["get_docs"];
  };
  "/api/redoc/": {
    /** ReDoc */
    get: operations["get_redoc"];
  };
  "/api/docs/assets/{name}": {
    /** Scripts and styles of the documentation */
    get: operations["get_docs_assets_name"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    /** @description A refusal. Outside v1 it also has `error` and a list of messages per field. */
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      /** @description Stable: tell refusals apart by this. */
      code: string;
      request_id: string;
      errors: {
          field: string;
          message: string;
          code: string;
        }[];
      [key: string]: unknown;
    };
    FirstSystemSubscription: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      user: string;
      /** Format: uuid */
      plan: string;
      /** Format: date */
      start_date: string;
      /** @enum {string} */
      status: "active" | "inactive" | "cancelled" | "expired" | "suspended" | "pause";
    };
    FirstSystemInvoice: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      user: string;
      /** Format: uuid */
      subscription: string;
      amount: string;
      /** Format: date */
      issue_date: string;
      /** Format: date */
      due_date: string;
      /** @enum {string} */
      payment_status: "pending" | "paid" | "overdue";
    };
    SecondSystemSubscription: {
      /** Format: uuid */
      id: string;
      plan: {
        /** Format: uuid */
        id: string;
        name: string;
        description: string;
        stripe_price_id: string;
        amount: string;
        currency: string;
        /** @enum {string} */
        interval: "day" | "week" | "month" | "year";
        features: string[];
      };
      stripe_subscription_id: string | null;
      /** @enum {string} */
      status: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
      is_active: boolean;
      /** Format: date-time */
      current_period_start: string;
      /** Format: date-time */
      current_period_end: string;
      cancel_at_period_end: boolean;
      canceled_at: string | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
    };
    Plan: {
      /** Format: uuid */
      id: string;
      name: string;
      description: string;
      version: number;
      amount: number;
      currency: string;
      /** @enum {string} */
      interval: "day" | "week" | "month" | "year";
      interval_count: number;
      trial_days: number;
      features: string[];
    };
    Subscription: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      user: string;
      plan: {
        /** Format: uuid */
        id: string;
        name: string;
        version: number;
        amount: number;
        currency: string;
        /** @enum {string} */
        interval: "day" | "week" | "month" | "year";
        interval_count: number;
      };
      quantity: number;
      /** @enum {string} */
      status: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
      /** @enum {string} */
      collection_method: "charge_automatically" | "send_invoice";
      /** Format: date-time */
      anchor: string;
      time_zone: string;
      cycle: number;
      /** Format: date-time */
      current_period_start: string;
      /** Format: date-time */
      current_period_end: string;
      /** @description Agreed for the future, and not yet begun. */
      start_at: string | null;
      trial_end: string | null;
      paused_at: string | null;
      /** @description When a pause ends by itself. */
      resume_at: string | null;
      cancel_at_period_end: boolean;
      canceled_at: string | null;
      ended_at: string | null;
      /** @description When access ends, while it lasts and its end is known: of a pause, a cancellation. */
      access_until: string | null;
      coupon: components["schemas"]["AppliedCoupon"] | null;
      pending_change: components["schemas"]["PendingChange"] | null;
      next_event: ({
        /** @enum {string} */
        type: "start" | "trial_ending" | "trial_end" | "renewal" | "cycle_skipped" | "resume" | "cancellation" | "expiration" | "change_expiration" | "payment_attempt" | "payment_reminder" | "invoice_overdue" | "final_action";
        /** Format: date-time */
        at: string;
      }) | null;
      test_clock: string | null;
      /** @enum {string} */
      managed_by: "everbill" | "stripe";
      external_id: string | null;
      metadata: {
        [key: string]: string;
      };
    };
    AppliedCoupon: {
      code: string;
      name: string;
      /** @description Plain decimals: "20", "12.5". */
      percent_off: string | null;
      amount_off: number | null;
      currency: string | null;
      /** @enum {string} */
      duration: "once" | "repeating" | "forever";
      duration_months: number | null;
      /**
       * Format: date-time
       * @description What the months of a repeating one are counted from.
       */
      applied_at: string;
    };
    PendingChange: {
      /** Format: uuid */
      plan_id: string;
      quantity: number;
      /** @enum {string} */
      when: "now" | "period_end";
      /** @description Null while it waits for its payment. */
      effective_at: string | null;
      /** @description To be paid for the change: its client secret is at /api/v1/invoices/{id}/payment. */
      invoice: string | null;
      /** @description When it is given up if it was not paid. */
      expires_at: string | null;
      /** @enum {string} */
      reason: "requested" | "plan_version";
    };
    Invoice: {
      /** Format: uuid */
      id: string;
      number: string | null;
      subscription: string | null;
      cycle: number | null;
      /**
       * @description What it was made for: a period, a change of plan, the rest after a pause …
       * @enum {string}
       */
      reason: "cycle" | "change" | "cancel" | "resume" | "manual";
      /** @enum {string} */
      status: "draft" | "open" | "paid" | "void" | "uncollectible";
      currency: string;
      subtotal: number;
      discount: number;
      tax: number;
      total: number;
      credit_applied: number;
      amount_due: number;
      amount_paid: number;
      amount_refunded: number;
      /** @description What credit notes took off what was due. */
      amount_credited: number;
      /** @description Whose discount it has. */
      coupon: components["schemas"]["AppliedCoupon"] | null;
      taxes: {
          name: string;
          percentage: string;
          inclusive: boolean;
          amount: number;
        }[];
      /** Format: date-time */
      period_start: string;
      /** Format: date-time */
      period_end: string;
      /** Format: date-time */
      issued_at: string;
      /** Format: date-time */
      due_at: string;
      paid_at: string | null;
      lines: {
          description: string;
          /** @description Before discount and exclusive tax; negative for time given back. */
          amount: number;
          quantity: number;
          /** @description Whether it is for a part of a period, or gives one back. */
          proration: boolean;
          /** Format: date-time */
          period_start: string;
          /** Format: date-time */
          period_end: string;
          discount: number;
          tax: number;
        }[];
      credit_notes: {
          /** Format: uuid */
          id: string;
          number: string;
          total: number;
          tax: number;
          reason: string;
          to_balance: number;
          /** @description Taken off what was still due. */
          to_invoice: number;
          to_card: number;
          /** Format: date-time */
          issued_at: string;
        }[];
      attempts: ({
          /** Format: uuid */
          id: string;
          /** @enum {string} */
          status: "pending" | "processing" | "requires_action" | "succeeded" | "failed" | "canceled";
          decline_code: string | null;
          /** Format: date-time */
          at: string;
        })[];
      next_attempt_at: string | null;
      hosted_url: string | null;
    };
    AdminUser: {
      /** Format: uuid */
      id: string;
      email: string;
      email_verified_at: string | null;
      name: string;
      username: string | null;
      /** @enum {string} */
      role: "customer" | "operator";
      is_active: boolean;
      country: string | null;
      /** @enum {string} */
      tax_status: "consumer" | "business" | "exempt";
      time_zone: string;
      locale: string;
      /** @description What your own system calls this user; unique. */
      external_id: string | null;
      metadata: {
        [key: string]: string;
      };
      invoice_prefix: string;
      stripe_customer_id: string | null;
      trial_used_at: string | null;
      /** @description Since then only the books know this user, by number. */
      erased_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    AdminSubscription: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      user: string;
      plan: {
        /** Format: uuid */
        id: string;
        name: string;
        version: number;
        amount: number;
        currency: string;
        /** @enum {string} */
        interval: "day" | "week" | "month" | "year";
        interval_count: number;
      };
      quantity: number;
      /** @enum {string} */
      status: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
      /** @enum {string} */
      collection_method: "charge_automatically" | "send_invoice";
      /** Format: date-time */
      anchor: string;
      time_zone: string;
      cycle: number;
      /** Format: date-time */
      current_period_start: string;
      /** Format: date-time */
      current_period_end: string;
      /** @description Agreed for the future, and not yet begun. */
      start_at: string | null;
      trial_end: string | null;
      paused_at: string | null;
      /** @description When a pause ends by itself. */
      resume_at: string | null;
      cancel_at_period_end: boolean;
      canceled_at: string | null;
      ended_at: string | null;
      /** @description When access ends, while it lasts and its end is known: of a pause, a cancellation. */
      access_until: string | null;
      coupon: components["schemas"]["AppliedCoupon"] | null;
      pending_change: components["schemas"]["PendingChange"] | null;
      next_event: ({
        /** @enum {string} */
        type: "start" | "trial_ending" | "trial_end" | "renewal" | "cycle_skipped" | "resume" | "cancellation" | "expiration" | "change_expiration" | "payment_attempt" | "payment_reminder" | "invoice_overdue" | "final_action";
        /** Format: date-time */
        at: string;
      }) | null;
      test_clock: string | null;
      /** @enum {string} */
      managed_by: "everbill" | "stripe";
      external_id: string | null;
      metadata: {
        [key: string]: string;
      };
      /** @description Why it can’t go on until somebody has looked at it. */
      needs_attention: string | null;
      /** @description Open ones of its payments, the most urgent first. */
      disputes: ({
          id: string;
          status: string;
          amount: number;
          evidence_due_by: string | null;
        })[];
    };
    AdminPlan: {
      /** Format: uuid */
      id: string;
      name: string;
      description: string;
      version: number;
      amount: number;
      currency: string;
      /** @enum {string} */
      interval: "day" | "week" | "month" | "year";
      interval_count: number;
      trial_days: number;
      features: string[];
      /** @description Shared by all versions of one plan. */
      code: string;
      /** @enum {string} */
      collection_method: "charge_automatically" | "send_invoice";
      dunning: {
        retry_days: number[];
        /** @enum {string} */
        final_action: "cancel" | "unpaid" | "leave_past_due";
      };
      /** @enum {string} */
      catch_up: "bill_all" | "bill_current" | "hold";
      /** @enum {string} */
      proration: "second" | "day";
      /** @enum {string} */
      pause_access: "paid_time" | "none";
      stripe_price_id: string;
      archived_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    AdminInvoice: {
      /** Format: uuid */
      id: string;
      number: string | null;
      subscription: string | null;
      cycle: number | null;
      /**
       * @description What it was made for: a period, a change of plan, the rest after a pause …
       * @enum {string}
       */
      reason: "cycle" | "change" | "cancel" | "resume" | "manual";
      /** @enum {string} */
      status: "draft" | "open" | "paid" | "void" | "uncollectible";
      currency: string;
      subtotal: number;
      discount: number;
      tax: number;
      total: number;
      credit_applied: number;
      amount_due: number;
      amount_paid: number;
      amount_refunded: number;
      /** @description What credit notes took off what was due. */
      amount_credited: number;
      /** @description Whose discount it has. */
      coupon: components["schemas"]["AppliedCoupon"] | null;
      taxes: {
          name: string;
          percentage: string;
          inclusive: boolean;
          amount: number;
        }[];
      /** Format: date-time */
      period_start: string;
      /** Format: date-time */
      period_end: string;
      /** Format: date-time */
      issued_at: string;
      /** Format: date-time */
      due_at: string;
      paid_at: string | null;
      lines: {
          description: string;
          /** @description Before discount and exclusive tax; negative for time given back. */
          amount: number;
          quantity: number;
          /** @description Whether it is for a part of a period, or gives one back. */
          proration: boolean;
          /** Format: date-time */
          period_start: string;
          /** Format: date-time */
          period_end: string;
          discount: number;
          tax: number;
        }[];
      credit_notes: {
          /** Format: uuid */
          id: string;
          number: string;
          total: number;
          tax: number;
          reason: string;
          to_balance: number;
          /** @description Taken off what was still due. */
          to_invoice: number;
          to_card: number;
          /** Format: date-time */
          issued_at: string;
        }[];
      attempts: ({
          /** Format: uuid */
          id: string;
          /** @enum {string} */
          status: "pending" | "processing" | "requires_action" | "succeeded" | "failed" | "canceled";
          decline_code: string | null;
          /** Format: date-time */
          at: string;
        })[];
      next_attempt_at: string | null;
      hosted_url: string | null;
      /** Format: uuid */
      user: string;
      /** @description Marked as paid another way than through Stripe. */
      paid_out_of_band: boolean;
      /** @description A draft that waits for an operator’s decision, after an outage. */
      held: boolean;
    };
    CreditNote: {
      /** Format: uuid */
      id: string;
      number: string;
      /** Format: uuid */
      invoice: string;
      reason: string;
      memo: string | null;
      currency: string;
      net: number;
      tax: number;
      /** @description What the customer gets back, tax included. */
      total: number;
      /** @description Taken off what was still due. */
      to_invoice: number;
      to_card: number;
      to_balance: number;
      lines: {
          /** Format: uuid */
          invoice_line: string;
          net: number;
          tax: number;
        }[];
      refunds: ({
          /** Format: uuid */
          id: string;
          amount: number;
          /** @enum {string} */
          status: "pending" | "succeeded" | "failed";
          /** @description Stripe’s. */
          external_id: string | null;
        })[];
      /** Format: date-time */
      issued_at: string;
    };
    Dispute: {
      id: string;
      /** @description In Stripe’s words: needs_response, under_review, won, lost, warning_… for inquiries. */
      status: string;
      reason: string;
      /** @description What is disputed. */
      amount: number;
      /** @description What of it the bank has taken from us at the moment. */
      withdrawn: number;
      currency: string;
      /** @description Until when it can be answered. */
      evidence_due_by: string | null;
      invoice: string | null;
      invoice_number: string | null;
      subscription: string | null;
      user: string | null;
      /** @description Stripe’s. */
      charge: string;
      /** Format: date-time */
      opened_at: string;
      closed_at: string | null;
    };
    Coupon: {
      /** Format: uuid */
      id: string;
      code: string;
      name: string;
      percent_off: string | null;
      amount_off: number | null;
      currency: string | null;
      /** @enum {string} */
      duration: "once" | "repeating" | "forever";
      duration_months: number | null;
      redeem_by: string | null;
      max_redemptions: number | null;
      /** @description How many subscriptions have taken it. */
      redemptions: number;
      /** @description The only plans that it discounts. */
      plan_codes: string[] | null;
      archived_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    TaxRate: {
      /** Format: uuid */
      id: string;
      name: string;
      percentage: string;
      inclusive: boolean;
      country: string;
      /**
       * @description Whom it is for; a business without a rate of its own reckons the tax itself.
       * @enum {string}
       */
      customer_status: "any" | "consumer" | "business";
      archived_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    WebhookEvent: {
      /** @description Stripe’s. */
      id: string;
      type: string;
      /**
       * @description `received`: it waits for its turn, or for its next try. `failed`: its tries are over, it waits for an operator. `ignored`: it changed nothing, for `reason`.
       * @enum {string}
       */
      status: "received" | "done" | "ignored" | "failed";
      /** @description Why it changed nothing. */
      reason: string | null;
      /** @description How often it was tried. */
      attempts: number;
      next_attempt_at: string | null;
      last_error: string | null;
      /** Format: date-time */
      received_at: string;
      settled_at: string | null;
    };
    Email: {
      /** Format: uuid */
      id: string;
      kind: string;
      /**
       * @description `queued`: it waits for its turn or its next try. `failed`: its tries are over.
       * @enum {string}
       */
      status: "queued" | "sent" | "failed";
      /** Format: uuid */
      user: string;
      subscription: string | null;
      /** @description The address that the user has now. */
      to: string;
      /** @description The same however often it is sent. */
      message_id: string;
      /** @description How often it was tried since it was last put in the queue. */
      attempts: number;
      next_attempt_at: string | null;
      last_error: string | null;
      sent_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    Reconciliation: {
      /** Format: uuid */
      id: string;
      /**
       * Format: date-time
       * @description What Stripe made from then on was compared …
       */
      from: string;
      /**
       * Format: date-time
       * @description … and before then.
       */
      to: string;
      /** Format: date-time */
      started_at: string;
      /** @description Null while it is under way. */
      finished_at: string | null;
      /** @description How many things were looked at. */
      compared: number;
      /** @description What had differed and does not any more. */
      healed: number;
      /** @description What differed at its end. */
      flagged: number;
    };
    Discrepancy: {
      /** Format: uuid */
      id: string;
      /**
       * @description Those that end in `not_booked` are mended by themselves, as a rule.
       * @enum {string}
       */
      kind: "payment_not_booked" | "payment_differs" | "payment_unknown_at_stripe" | "payment_of_unknown_origin" | "refund_not_booked" | "refund_differs" | "refund_unknown_at_stripe" | "dispute_not_booked";
      /** @description pi_…, re_… or du_… */
      stripe_object: string;
      invoice: string | null;
      subscription: string | null;
      /** @description Both sides as they were last seen; amounts as text, in minor units. */
      details: {
        [key: string]: unknown;
      };
      /**
       * @description `healed`: the books agree again. `resolved`: an operator knows why they don’t.
       * @enum {string}
       */
      status: "open" | "healed" | "resolved";
      /** Format: date-time */
      found_at: string;
      /**
       * Format: date-time
       * @description When it was last looked at.
       */
      seen_at: string;
      closed_at: string | null;
    };
  };
  responses: {
    /** @description Bad Request */
    BadRequest: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Payload Too Large */
    PayloadTooLarge: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unsupported Media Type */
    UnsupportedMediaType: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Too Many Requests */
    TooManyRequests: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Internal Server Error */
    InternalServerError: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Service Unavailable */
    ServiceUnavailable: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unauthorized */
    Unauthorized: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Payment Required */
    PaymentRequired: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Forbidden */
    Forbidden: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found */
    NotFound: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict */
    Conflict: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity */
    UnprocessableEntity: {
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** Open an account */
  post_users_signup: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "name": "Mia Winter",
         *   "email": "mia@example.com",
         *   "password": "a-long-Word-7391"
         * }
         */
        "application/json": {
          name: string;
          email: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            user: {
              /** Format: uuid */
              id: string;
              name: string;
              email: string;
            };
            /** Format: jwt */
            access: string;
            /** Format: jwt */
            refresh: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Log in */
  post_users_login: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com",
         *   "password": "a-long-Word-7391"
         * }
         */
        "application/json": {
          email: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            user: {
              /** Format: uuid */
              id: string;
              name: string;
              email: string;
              /** Format: date-time */
              created_at: string;
              /** Format: date-time */
              updated_at: string;
            };
            /** Format: jwt */
            access: string;
            /** Format: jwt */
            refresh: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List plans */
  get_billing_plans: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": ({
              /** Format: uuid */
              id: string;
              name: string;
              /** @enum {string} */
              plan_term: "monthly" | "quarterly" | "half_yearly" | "yearly";
              description: string;
              price: string;
            })[];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your subscriptions */
  get_billing_subscriptions: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemSubscription"][];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Subscribe to a plan
   * @description Without a payment method invoices are sent, due after 7 days, and paid with their client secret.
   */
  post_billing_subscriptions: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "plan": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan: string;
          payment_method_id?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["FirstSystemSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      403: components["responses"]["Forbidden"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one subscription */
  get_billing_subscriptions_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemSubscription"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Cancel a subscription at once, or change its plan
   * @description A plan that costs more per day comes at once and is charged; another one with the next period.
   */
  put_billing_subscriptions_id: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "status": "active",
         *   "plan": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /** @enum {string} */
          status?: "active" | "inactive" | "cancelled" | "expired" | "suspended" | "pause";
          /** Format: uuid */
          plan?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      404: components["responses"]["NotFound"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Cancel a subscription at once */
  delete_billing_subscriptions_id: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description No Content */
      204: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Cancel a subscription at once, or change its plan
   * @description A plan that costs more per day comes at once and is charged; another one with the next period.
   */
  patch_billing_subscriptions_id: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "status": "active",
         *   "plan": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /** @enum {string} */
          status?: "active" | "inactive" | "cancelled" | "expired" | "suspended" | "pause";
          /** Format: uuid */
          plan?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      404: components["responses"]["NotFound"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your invoices */
  get_billing_invoices: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemInvoice"][];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one invoice */
  get_billing_invoices_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["FirstSystemInvoice"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Get what a browser needs to pay an invoice */
  get_billing_invoices_id_payment: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            client_secret: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Open an account */
  post_auth_register: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com",
         *   "username": "mia.winter",
         *   "password": "a-long-Word-7391",
         *   "password_confirm": "a-long-Word-7391"
         * }
         */
        "application/json": {
          email: string;
          username: string;
          /** @default */
          first_name?: string;
          /** @default */
          last_name?: string;
          password: string;
          password_confirm: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            message: string;
            user: {
              /** Format: uuid */
              id: string;
              email: string;
              username: string | null;
              first_name: string;
              last_name: string;
              subscription_status: string;
              /** Format: date-time */
              created_at: string;
            };
            tokens: {
              /** Format: jwt */
              access: string;
              /** Format: jwt */
              refresh: string;
            };
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Log in */
  post_auth_login: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com",
         *   "password": "a-long-Word-7391"
         * }
         */
        "application/json": {
          email: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
            user: {
              /** Format: uuid */
              id: string;
              email: string;
              username: string | null;
              first_name: string;
              last_name: string;
              subscription_status: string;
              /** Format: date-time */
              created_at: string;
            };
            tokens: {
              /** Format: jwt */
              access: string;
              /** Format: jwt */
              refresh: string;
            };
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Log out
   * @description Ends the whole session that the refresh token belongs to, at once.
   */
  post_auth_logout: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "refresh": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
         * }
         */
        "application/json": {
          refresh: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change a refresh token for new tokens
   * @description A refresh token works once. Using it again ends its whole session.
   */
  post_auth_token_refresh: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "refresh": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
         * }
         */
        "application/json": {
          refresh: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: jwt */
            access: string;
            /** Format: jwt */
            refresh: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See your profile */
  get_auth_profile: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            email: string;
            username: string | null;
            first_name: string;
            last_name: string;
            subscription_status: string;
            /** Format: date-time */
            created_at: string;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change your names
   * @description Other fields are read-only and ignored.
   */
  patch_auth_profile: {
    requestBody?: {
      content: {
        /**
         * @example {
         *   "first_name": "Mia",
         *   "last_name": "Winter",
         *   "username": "mia.winter"
         * }
         */
        "application/json": {
          first_name?: string;
          last_name?: string;
          username?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            email: string;
            username: string | null;
            first_name: string;
            last_name: string;
            subscription_status: string;
            /** Format: date-time */
            created_at: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change your password
   * @description Every other session ends at once.
   */
  post_auth_change_password: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "old_password": "a-long-Word-7391",
         *   "new_password": "another-Word-1937",
         *   "new_password_confirm": "another-Word-1937"
         * }
         */
        "application/json": {
          old_password: string;
          new_password: string;
          new_password_confirm: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List monthly and yearly plans */
  get_subscriptions_plans: {
    parameters: {
      query?: {
        page?: number;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            count: number;
            next: string | null;
            previous: string | null;
            results: ({
                /** Format: uuid */
                id: string;
                name: string;
                description: string;
                stripe_price_id: string;
                amount: string;
                currency: string;
                /** @enum {string} */
                interval: "day" | "week" | "month" | "year";
                features: string[];
              })[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Subscribe to a plan
   * @description With `client_secret` in the answer the card wants its owner to authenticate.
   */
  post_subscriptions_create: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "payment_method_id": "pm_card_visa"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id: string;
          payment_method_id: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            message: string;
            subscription: components["schemas"]["SecondSystemSubscription"];
            client_secret?: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See your subscription */
  get_subscriptions_status: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["SecondSystemSubscription"] | {
            id: null;
            plan: null;
            stripe_subscription_id: null;
            /** @constant */
            status: "inactive";
            /** @constant */
            is_active: false;
            current_period_start: null;
            current_period_end: null;
            /** @constant */
            cancel_at_period_end: false;
            canceled_at: null;
            created_at: null;
            updated_at: null;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Cancel your subscription, at its period’s end or at once */
  post_subscriptions_cancel: {
    requestBody?: {
      content: {
        /**
         * @example {
         *   "cancel_immediately": false
         * }
         */
        "application/json": {
          /** @default false */
          cancel_immediately?: boolean;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
            subscription: components["schemas"]["SecondSystemSubscription"];
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take a scheduled cancellation back */
  post_subscriptions_reactivate: {
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
            subscription: components["schemas"]["SecondSystemSubscription"];
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your payments */
  get_subscriptions_payments: {
    parameters: {
      query?: {
        page?: number;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            count: number;
            next: string | null;
            previous: string | null;
            results: ({
                /** Format: uuid */
                id: string;
                stripe_payment_intent_id: string | null;
                stripe_invoice_id: string | null;
                amount: string;
                currency: string;
                /** @enum {string} */
                status: "succeeded" | "failed" | "pending" | "refunded";
                description: string;
                /** Format: date-time */
                created_at: string;
              })[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Confirm an email address by the link that was mailed to it
   * @description A link works once, for 72 hours, until a newer one is mailed.
   */
  post_v1_auth_verify_email: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "from-the-link-in-the-mail"
         * }
         */
        "application/json": {
          /** @description From the link in the mail. */
          token: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Get another link to confirm your email address
   * @description The older one works no more. Who has confirmed already gets none.
   */
  post_v1_auth_resend_verification: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Get a link to set a new password
   * @description The answer is the same, after the same time, whether the address has an account or not.
   */
  post_v1_auth_forgot_password: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com"
         * }
         */
        "application/json": {
          email: string;
        };
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Set a new password by the link that was mailed
   * @description A link works once, for one hour, until a newer one is mailed. Every session ends.
   */
  post_v1_auth_reset_password: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "from-the-link-in-the-mail",
         *   "password": "a-long-Word-7391"
         * }
         */
        "application/json": {
          /** @description From the link in the mail. */
          token: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            message: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List API keys, newest first */
  get_v1_auth_api_keys: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                /** Format: uuid */
                id: string;
                name: string;
                /** @description How the key begins and ends. */
                hint: string;
                scopes: string[];
                /**
                 * Format: uuid
                 * @description The operator who made it, without whom it does not work.
                 */
                made_by: string;
                expires_at: string | null;
                /** @description To the minute. */
                last_used_at: string | null;
                revoked_at: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Make an API key
   * @description The key is in this answer and nowhere else. Sent as `Authorization: Bearer ek_…` it may do under /api/v1/admin what its scopes say, as long as its maker is an operator.
   */
  post_v1_auth_api_keys: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "name": "Mia Winter",
         *   "scopes": [
         *     "read"
         *   ]
         * }
         */
        "application/json": {
          name: string;
          scopes: ("read" | "write" | "users:read" | "users:write" | "subscriptions:read" | "subscriptions:write" | "plans:read" | "plans:write" | "invoices:read" | "invoices:write" | "invoice-items:read" | "invoice-items:write" | "coupons:read" | "coupons:write" | "tax-rates:read" | "tax-rates:write" | "disputes:read" | "disputes:write" | "ledger:read" | "ledger:write" | "webhook-events:read" | "webhook-events:write" | "emails:read" | "emails:write" | "reconciliation:read" | "reconciliation:write" | "discrepancies:read" | "discrepancies:write" | "audit-log:read" | "audit-log:write" | "metrics:read" | "metrics:write" | "billing-day:read" | "billing-day:write")[];
          /** Format: date-time */
          expires_at?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description How the key begins and ends. */
            hint: string;
            scopes: string[];
            /**
             * Format: uuid
             * @description The operator who made it, without whom it does not work.
             */
            made_by: string;
            expires_at: string | null;
            /** @description To the minute. */
            last_used_at: string | null;
            revoked_at: string | null;
            /** Format: date-time */
            created_at: string;
            key: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Revoke an API key
   * @description It stops working at once, and stays in the list.
   */
  delete_v1_auth_api_keys_id: {
    parameters: {
      query?: {
        reason?: string;
      };
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description No Content */
      204: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List plans on offer, newest first */
  get_v1_plans: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Plan"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one plan, also one that is no longer offered */
  get_v1_plans_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      404: components["responses"]["NotFound"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your subscriptions, newest first */
  get_v1_subscriptions: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Subscription"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Subscribe to a plan
   * @description Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.
   */
  post_v1_subscriptions: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id: string;
          quantity?: number;
          payment_method_id?: string;
          /** @description A code, in any case. */
          coupon?: string;
          time_zone?: string;
          /** Format: uuid */
          test_clock?: string;
          metadata?: {
            [key: string]: string;
          };
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one subscription */
  get_v1_subscriptions_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Cancel a subscription, at its period’s end or at once
   * @description At once, the unused time that was paid goes to the balance.
   */
  post_v1_subscriptions_id_cancel: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "at_period_end": true,
         *   "prorate": false,
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @default true */
          at_period_end?: boolean;
          /** @description At once only: false gives nothing back for the unused time that was paid. */
          prorate?: boolean;
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take a scheduled cancellation back */
  post_v1_subscriptions_id_reactivate: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /** @example {} */
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Pause a subscription
   * @description Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.
   */
  post_v1_subscriptions_id_pause: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "resume_at": "2026-12-31T00:00:00Z"
         * }
         */
        "application/json": {
          /**
           * Format: date-time
           * @description When it resumes by itself.
           */
          resume_at?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Resume a paused subscription
   * @description What is left of a period that was not billed is billed at once.
   */
  post_v1_subscriptions_id_resume: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /** @example {} */
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See what a change of plan or quantity would cost
   * @description Nothing is changed.
   */
  post_v1_subscriptions_id_preview_change: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "quantity": 1,
         *   "when": "now",
         *   "proration_date": "2026-12-31T00:00:00Z"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id?: string;
          quantity?: number;
          /**
           * @default now
           * @enum {string}
           */
          when?: "now" | "period_end";
          /**
           * Format: date-time
           * @description As a preview answered it, at most 10 minutes ago.
           */
          proration_date?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /**
             * Format: date-time
             * @description Send it with the change within 10 minutes, and exactly these amounts are charged.
             */
            proration_date: string;
            currency: string;
            lines: {
                description: string;
                /** @description Before discount and exclusive tax; negative for time given back. */
                amount: number;
                quantity: number;
                /** @description Whether it is for a part of a period, or gives one back. */
                proration: boolean;
                /** Format: date-time */
                period_start: string;
                /** Format: date-time */
                period_end: string;
                discount: number;
                tax: number;
              }[];
            subtotal: number;
            discount: number;
            tax: number;
            /** @description Below zero: the rest is put on the balance. */
            total: number;
            /** @description From the balance; negative for a debt on it. */
            credit_applied: number;
            amount_due: number;
            /** Format: date-time */
            period_start: string;
            /** Format: date-time */
            period_end: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change the plan, the quantity, or both
   * @description Now: charged at once and in force when paid; a declined card changes nothing. When the card wants authentication, the change waits in `pending_change` with its invoice. At the period’s end: replaceable until then.
   */
  post_v1_subscriptions_id_change_plan: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "quantity": 1,
         *   "when": "now",
         *   "proration_date": "2026-12-31T00:00:00Z"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id?: string;
          quantity?: number;
          /**
           * @default now
           * @enum {string}
           */
          when?: "now" | "period_end";
          /**
           * Format: date-time
           * @description As a preview answered it, at most 10 minutes ago.
           */
          proration_date?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take back a change that waits */
  delete_v1_subscriptions_id_pending_change: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Put a coupon on a subscription, in the place of the one it has */
  put_v1_subscriptions_id_coupon: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "coupon": "spring"
         * }
         */
        "application/json": {
          /** @description A code, in any case. */
          coupon: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take the coupon off a subscription */
  delete_v1_subscriptions_id_coupon: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Subscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See the invoice that comes next
   * @description As it would be made now. 404 with `no_upcoming_invoice` when none will come.
   */
  get_v1_subscriptions_id_upcoming_invoice: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            currency: string;
            lines: {
                description: string;
                /** @description Before discount and exclusive tax; negative for time given back. */
                amount: number;
                quantity: number;
                /** @description Whether it is for a part of a period, or gives one back. */
                proration: boolean;
                /** Format: date-time */
                period_start: string;
                /** Format: date-time */
                period_end: string;
                discount: number;
                tax: number;
              }[];
            subtotal: number;
            discount: number;
            tax: number;
            /** @description Below zero: the rest is put on the balance. */
            total: number;
            /** @description From the balance; negative for a debt on it. */
            credit_applied: number;
            amount_due: number;
            /** Format: date-time */
            period_start: string;
            /** Format: date-time */
            period_end: string;
            /** Format: date-time */
            issued_at: string;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Read the story of a subscription: what happened, what was charged and why */
  get_v1_subscriptions_id_timeline: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        order?: "asc" | "desc";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: {
                id: string;
                /** Format: date-time */
                at: string;
                type: string;
                /** @description In plain English, with its amounts. */
                text: string;
                data: {
                  [key: string]: unknown;
                };
              }[];
            has_more: boolean;
            /** @description What comes next by itself, by the database. */
            next: ({
              /** @enum {string} */
              type: "start" | "trial_ending" | "trial_end" | "renewal" | "cycle_skipped" | "resume" | "cancellation" | "expiration" | "change_expiration" | "payment_attempt" | "payment_reminder" | "invoice_overdue" | "final_action";
              /** Format: date-time */
              at: string;
              text: string;
              invoice: string | null;
              amount_due: number | null;
              currency: string | null;
            }) | null;
            /** @description What its workflow says it waits for; null when it has ended or can’t be asked now. */
            workflow: ({
              waits_for: string;
              until: string | null;
            }) | null;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your invoices, newest first */
  get_v1_invoices: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        subscription?: string;
        status?: "draft" | "open" | "paid" | "void" | "uncollectible";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Invoice"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one invoice */
  get_v1_invoices_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Get what a browser needs to pay an invoice */
  get_v1_invoices_id_payment: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            client_secret: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Charge an open invoice now, with your default payment method */
  post_v1_invoices_id_pay: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /** @example {} */
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List your payment methods, newest first */
  get_v1_payment_methods: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                id: string;
                type: string;
                brand: string | null;
                last4: string | null;
                exp_month: number | null;
                exp_year: number | null;
                is_default: boolean;
                /** Format: date-time */
                created_at: string;
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Save a payment method and make it the default
   * @description An invoice that is past due is charged with it at once.
   */
  post_v1_payment_methods: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "payment_method_id": "pm_card_visa"
         * }
         */
        "application/json": {
          payment_method_id: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            id: string;
            type: string;
            brand: string | null;
            last4: string | null;
            exp_month: number | null;
            exp_year: number | null;
            is_default: boolean;
            /** Format: date-time */
            created_at: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Begin to save a payment method in the browser
   * @description The browser confirms the SetupIntent with its client secret; bank and customer may have to authenticate. Save the payment method then. Even if the browser never comes back, it is saved once Stripe says so.
   */
  post_v1_payment_methods_setup_intent: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody?: {
      content: {
        /** @example {} */
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            client_secret: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Make a payment method the one that is charged
   * @description An invoice that is past due is charged with it at once.
   */
  post_v1_payment_methods_id_make_default: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /** @example {} */
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            id: string;
            type: string;
            brand: string | null;
            last4: string | null;
            exp_month: number | null;
            exp_year: number | null;
            is_default: boolean;
            /** Format: date-time */
            created_at: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Remove a payment method
   * @description The newest other one takes the place of a default. The last one of a subscription that is charged automatically stays.
   */
  delete_v1_payment_methods_id: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description No Content */
      204: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List what was paid and what failed, newest first */
  get_v1_payments: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                /** Format: uuid */
                id: string;
                /** @description Null for a subscription that Stripe runs: see `stripe_invoice`. */
                invoice: string | null;
                stripe_invoice: string | null;
                subscription: string | null;
                amount: number;
                currency: string;
                /** @enum {string} */
                status: "pending" | "processing" | "requires_action" | "succeeded" | "failed" | "canceled" | "refunded";
                decline_code: string | null;
                message: string | null;
                payment_method: string | null;
                payment_intent: string | null;
                /** Format: date-time */
                at: string;
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See your balance per currency
   * @description Positive is credit for coming invoices; negative is a debt that they will add.
   */
  get_v1_credit_balance: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: {
                currency: string;
                amount: number;
              }[];
            /** @description What the balances are made of, newest first. */
            transactions: ({
                /** Format: uuid */
                id: string;
                currency: string;
                /** @description Positive was put on the balance, negative taken off it. */
                amount: number;
                kind: string;
                invoice: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            /** @description Whether there are older transactions. */
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Make a test clock */
  post_v1_test_clocks: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "frozen_time": "2026-01-31T09:00:00Z"
         * }
         */
        "application/json": {
          /** Format: date-time */
          frozen_time: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            frozen_time: string;
            /** Format: date-time */
            target_time: string;
            /** @enum {string} */
            status: "ready" | "advancing";
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See whether a test clock has arrived */
  get_v1_test_clocks_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            frozen_time: string;
            /** Format: date-time */
            target_time: string;
            /** @enum {string} */
            status: "ready" | "advancing";
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Delete a test clock that nothing lives on */
  delete_v1_test_clocks_id: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description No Content */
      204: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Advance a test clock
   * @description "ready" again once every subscription on it has come to rest. Ask for it with GET.
   */
  post_v1_test_clocks_id_advance: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "frozen_time": "2026-01-31T09:00:00Z"
         * }
         */
        "application/json": {
          /** Format: date-time */
          frozen_time: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            frozen_time: string;
            /** Format: date-time */
            target_time: string;
            /** @enum {string} */
            status: "ready" | "advancing";
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List users, newest first */
  get_v1_admin_users: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        email?: string;
        external_id?: string;
        role?: "customer" | "operator";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["AdminUser"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Open an account for a customer of yours
   * @description They have no password until they set one by "forgot password". With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_users: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com",
         *   "name": "Mia Winter"
         * }
         */
        "application/json": {
          email: string;
          name: string;
          external_id?: string;
          metadata?: {
            [key: string]: string;
          };
          country?: string;
          /**
           * @default consumer
           * @enum {string}
           */
          tax_status?: "consumer" | "business" | "exempt";
          /**
           * @description Of subscriptions to come: those that run keep theirs.
           * @default UTC
           */
          time_zone?: string;
          /** @default en-US */
          locale?: string;
          /**
           * @description `done`: you have seen that the address is theirs; `mail`: a link is mailed now.
           * @default later
           * @enum {string}
           */
          email_verification?: "done" | "mail" | "later";
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one user */
  get_v1_admin_users_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change what a customer is called, where they are taxed, and the zone and language of what they get
   * @description Holds for what comes; invoices that are made stay as they are. Another address has to be confirmed anew, and a link for that is mailed.
   */
  patch_v1_admin_users_id: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "email": "mia@example.com",
         *   "name": "Mia Winter",
         *   "external_id": "crm-4711",
         *   "metadata": {},
         *   "country": "DE",
         *   "tax_status": "consumer",
         *   "time_zone": "Europe/Berlin",
         *   "locale": "de-DE",
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          email?: string;
          name?: string;
          external_id?: string | null;
          /** @description Names that are not given stay as they are; null takes one away. */
          metadata?: {
            [key: string]: string | null;
          };
          country?: string | null;
          /** @enum {string} */
          tax_status?: "consumer" | "business" | "exempt";
          /** @description Of subscriptions to come: those that run keep theirs. */
          time_zone?: string;
          locale?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Shut a user out
   * @description Every session ends at once, and none can be begun. Subscriptions run on and are billed: to end one, cancel it. Nobody can do this to themselves (409 `own_account`).
   */
  post_v1_admin_users_id_deactivate: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Let a user in again
   * @description They log in anew. One who was erased stays so (409 `user_erased`).
   */
  post_v1_admin_users_id_reactivate: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Export everything that is held of a person
   * @description Profile, sessions, subscriptions with their stories, invoices with their lines, payments, cards, what mails were sent, and every word that was written with a request. No passwords, tokens or links that open anything. It is kept in the audit log who asked.
   */
  get_v1_admin_users_id_export: {
    parameters: {
      query?: {
        reason?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: date-time */
            exported_at: string;
            profile: {
              /** Format: uuid */
              id: string;
              email: string;
              email_verified_at: string | null;
              name: string;
              username: string | null;
              /** @enum {string} */
              role: "customer" | "operator";
              is_active: boolean;
              country: string | null;
              /** @enum {string} */
              tax_status: "consumer" | "business" | "exempt";
              time_zone: string;
              locale: string;
              /** @description What your own system calls this user; unique. */
              external_id: string | null;
              metadata: {
                [key: string]: string;
              };
              invoice_prefix: string;
              stripe_customer_id: string | null;
              trial_used_at: string | null;
              /** @description Since then only the books know this user, by number. */
              erased_at: string | null;
              /** Format: date-time */
              created_at: string;
              first_name: string;
              last_name: string;
              /** Format: date-time */
              updated_at: string;
            };
            sessions: ({
                /** Format: date-time */
                begun_at: string;
                /** Format: date-time */
                expires_at: string;
                ended_at: string | null;
              })[];
            subscriptions: ({
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                user: string;
                plan: {
                  /** Format: uuid */
                  id: string;
                  name: string;
                  version: number;
                  amount: number;
                  currency: string;
                  /** @enum {string} */
                  interval: "day" | "week" | "month" | "year";
                  interval_count: number;
                };
                quantity: number;
                /** @enum {string} */
                status: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
                /** @enum {string} */
                collection_method: "charge_automatically" | "send_invoice";
                /** Format: date-time */
                anchor: string;
                time_zone: string;
                cycle: number;
                /** Format: date-time */
                current_period_start: string;
                /** Format: date-time */
                current_period_end: string;
                /** @description Agreed for the future, and not yet begun. */
                start_at: string | null;
                trial_end: string | null;
                paused_at: string | null;
                /** @description When a pause ends by itself. */
                resume_at: string | null;
                cancel_at_period_end: boolean;
                canceled_at: string | null;
                ended_at: string | null;
                /** @description When access ends, while it lasts and its end is known: of a pause, a cancellation. */
                access_until: string | null;
                coupon: components["schemas"]["AppliedCoupon"] | null;
                pending_change: components["schemas"]["PendingChange"] | null;
                next_event: ({
                  /** @enum {string} */
                  type: "start" | "trial_ending" | "trial_end" | "renewal" | "cycle_skipped" | "resume" | "cancellation" | "expiration" | "change_expiration" | "payment_attempt" | "payment_reminder" | "invoice_overdue" | "final_action";
                  /** Format: date-time */
                  at: string;
                }) | null;
                test_clock: string | null;
                /** @enum {string} */
                managed_by: "everbill" | "stripe";
                external_id: string | null;
                metadata: {
                  [key: string]: string;
                };
                cancel_reason: string | null;
                events: {
                    /** Format: date-time */
                    at: string;
                    type: string;
                    text: string;
                    data: {
                      [key: string]: unknown;
                    };
                  }[];
              })[];
            invoices: ({
                /** Format: uuid */
                id: string;
                number: string | null;
                subscription: string | null;
                cycle: number | null;
                /**
                 * @description What it was made for: a period, a change of plan, the rest after a pause …
                 * @enum {string}
                 */
                reason: "cycle" | "change" | "cancel" | "resume" | "manual";
                /** @enum {string} */
                status: "draft" | "open" | "paid" | "void" | "uncollectible";
                currency: string;
                subtotal: number;
                discount: number;
                tax: number;
                total: number;
                credit_applied: number;
                amount_due: number;
                amount_paid: number;
                amount_refunded: number;
                /** @description What credit notes took off what was due. */
                amount_credited: number;
                /** @description Whose discount it has. */
                coupon: components["schemas"]["AppliedCoupon"] | null;
                taxes: {
                    name: string;
                    percentage: string;
                    inclusive: boolean;
                    amount: number;
                  }[];
                /** Format: date-time */
                period_start: string;
                /** Format: date-time */
                period_end: string;
                /** Format: date-time */
                issued_at: string;
                /** Format: date-time */
                due_at: string;
                paid_at: string | null;
                lines: {
                    description: string;
                    /** @description Before discount and exclusive tax; negative for time given back. */
                    amount: number;
                    quantity: number;
                    /** @description Whether it is for a part of a period, or gives one back. */
                    proration: boolean;
                    /** Format: date-time */
                    period_start: string;
                    /** Format: date-time */
                    period_end: string;
                    discount: number;
                    tax: number;
                  }[];
                credit_notes: {
                    /** Format: uuid */
                    id: string;
                    number: string;
                    total: number;
                    tax: number;
                    reason: string;
                    to_balance: number;
                    /** @description Taken off what was still due. */
                    to_invoice: number;
                    to_card: number;
                    /** Format: date-time */
                    issued_at: string;
                  }[];
                attempts: ({
                    /** Format: uuid */
                    id: string;
                    /** @enum {string} */
                    status: "pending" | "processing" | "requires_action" | "succeeded" | "failed" | "canceled";
                    decline_code: string | null;
                    /** Format: date-time */
                    at: string;
                  })[];
                next_attempt_at: string | null;
              })[];
            invoice_items: ({
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                subscription: string;
                description: string;
                quantity: number;
                amount: number;
                currency: string;
                invoice: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            payments: ({
                /** Format: uuid */
                id: string;
                invoice: string | null;
                subscription: string | null;
                amount: number;
                currency: string;
                status: string;
                payment_method: string | null;
                payment_intent: string | null;
                /** Format: date-time */
                at: string;
              })[];
            refunds: ({
                /** Format: uuid */
                id: string;
                invoice: string | null;
                amount: number;
                currency: string;
                status: string;
                /** Format: date-time */
                created_at: string;
              })[];
            disputes: ({
                id: string;
                invoice: string | null;
                amount: number;
                currency: string;
                reason: string;
                status: string;
                /** Format: date-time */
                opened_at: string;
              })[];
            balance: ({
                amount: number;
                currency: string;
                kind: string;
                invoice: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            payment_methods: ({
                id: string;
                type: string;
                brand: string | null;
                last4: string | null;
                exp_month: number | null;
                exp_year: number | null;
                is_default: boolean;
                removed_at: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            emails: ({
                /** Format: uuid */
                id: string;
                kind: string;
                status: string;
                message_id: string;
                /** Format: date-time */
                created_at: string;
                sent_at: string | null;
              })[];
            /** @description What was written with a request: reasons, notes, metadata. */
            words: {
                /** Format: date-time */
                at: string;
                data: {
                  [key: string]: unknown;
                };
              }[];
            /** @description What operators did to the account. */
            acts: ({
                /** Format: date-time */
                at: string;
                action: string;
                reason: string | null;
              })[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Erase a person
   * @description For good: names, addresses, metadata, free text, sessions, cards and the contents of mails are gone here at once and at Stripe right after. Invoices, payments and the ledger stay, with their numbers and no name. The address is free for a new account. Refused (409) while there is a live subscription, an unsettled invoice, an open dispute or a pending refund, and for one’s own account. Asked again it answers the same.
   */
  post_v1_admin_users_id_erase: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminUser"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List subscriptions, newest first */
  get_v1_admin_subscriptions: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
        user_id?: string;
        plan_id?: string;
        external_id?: string;
        needs_attention?: "true" | "false";
        disputed?: "true" | "false";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["AdminSubscription"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Subscribe a user to a plan, on terms that only an operator may grant
   * @description Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.
   */
  post_v1_admin_subscriptions: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "user_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id: string;
          quantity?: number;
          payment_method_id?: string;
          /** @description A code, in any case. */
          coupon?: string;
          time_zone?: string;
          /** Format: uuid */
          test_clock?: string;
          metadata?: {
            [key: string]: string;
          };
          /** Format: uuid */
          user_id: string;
          /** @description What your own system calls this subscription; several may share it. */
          external_id?: string;
          /** @description Instead of the plan’s, also for a customer who had a trial; 0 for none. */
          trial_days?: number;
          /**
           * Format: date-time
           * @description The first boundary after the start or the trial, at most one term ahead.
           */
          billing_cycle_anchor?: string;
          /**
           * @description False: the part of a period before the anchor is free.
           * @default true
           */
          proration?: boolean;
          /** @enum {string} */
          collection_method?: "charge_automatically" | "send_invoice";
          /**
           * Format: date-time
           * @description In the future; until then nothing is owed.
           */
          start_at?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one subscription */
  get_v1_admin_subscriptions_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change what your own system calls a subscription, and what you note on it
   * @description Nothing that is billed changes by it.
   */
  patch_v1_admin_subscriptions_id: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "external_id": "crm-4711",
         *   "metadata": {},
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          external_id?: string | null;
          /** @description Names that are not given stay as they are; null takes one away. */
          metadata?: {
            [key: string]: string | null;
          };
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Cancel a subscription, at its period’s end or at once
   * @description At once, the unused time that was paid goes to the balance.
   */
  post_v1_admin_subscriptions_id_cancel: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "at_period_end": true,
         *   "prorate": false,
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @default true */
          at_period_end?: boolean;
          /** @description At once only: false gives nothing back for the unused time that was paid. */
          prorate?: boolean;
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take a scheduled cancellation back */
  post_v1_admin_subscriptions_id_reactivate: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Pause a subscription
   * @description Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.
   */
  post_v1_admin_subscriptions_id_pause: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "resume_at": "2026-12-31T00:00:00Z",
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /**
           * Format: date-time
           * @description When it resumes by itself.
           */
          resume_at?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Resume a paused subscription
   * @description What is left of a period that was not billed is billed at once.
   */
  post_v1_admin_subscriptions_id_resume: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See what a change of plan or quantity would cost
   * @description Nothing is changed.
   */
  post_v1_admin_subscriptions_id_preview_change: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "quantity": 1,
         *   "when": "now",
         *   "proration_date": "2026-12-31T00:00:00Z"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id?: string;
          quantity?: number;
          /**
           * @default now
           * @enum {string}
           */
          when?: "now" | "period_end";
          /**
           * Format: date-time
           * @description As a preview answered it, at most 10 minutes ago.
           */
          proration_date?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /**
             * Format: date-time
             * @description Send it with the change within 10 minutes, and exactly these amounts are charged.
             */
            proration_date: string;
            currency: string;
            lines: {
                description: string;
                /** @description Before discount and exclusive tax; negative for time given back. */
                amount: number;
                quantity: number;
                /** @description Whether it is for a part of a period, or gives one back. */
                proration: boolean;
                /** Format: date-time */
                period_start: string;
                /** Format: date-time */
                period_end: string;
                discount: number;
                tax: number;
              }[];
            subtotal: number;
            discount: number;
            tax: number;
            /** @description Below zero: the rest is put on the balance. */
            total: number;
            /** @description From the balance; negative for a debt on it. */
            credit_applied: number;
            amount_due: number;
            /** Format: date-time */
            period_start: string;
            /** Format: date-time */
            period_end: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Change the plan, the quantity, or both
   * @description Now: the customer’s card is charged off-session, and the change is in force when that is paid. At the period’s end: replaceable until then.
   */
  post_v1_admin_subscriptions_id_change_plan: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "quantity": 1,
         *   "when": "now",
         *   "proration_date": "2026-12-31T00:00:00Z",
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** Format: uuid */
          plan_id?: string;
          quantity?: number;
          /**
           * @default now
           * @enum {string}
           */
          when?: "now" | "period_end";
          /**
           * Format: date-time
           * @description As a preview answered it, at most 10 minutes ago.
           */
          proration_date?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      402: components["responses"]["PaymentRequired"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take back a change that waits */
  delete_v1_admin_subscriptions_id_pending_change: {
    parameters: {
      query?: {
        reason?: string;
      };
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Put a coupon on a subscription, in the place of the one it has */
  put_v1_admin_subscriptions_id_coupon: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "coupon": "spring"
         * }
         */
        "application/json": {
          /** @description A code, in any case. */
          coupon: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take the coupon off a subscription */
  delete_v1_admin_subscriptions_id_coupon: {
    parameters: {
      query?: {
        reason?: string;
      };
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See the invoice that comes next
   * @description As it would be made now. 404 with `no_upcoming_invoice` when none will come.
   */
  get_v1_admin_subscriptions_id_upcoming_invoice: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            currency: string;
            lines: {
                description: string;
                /** @description Before discount and exclusive tax; negative for time given back. */
                amount: number;
                quantity: number;
                /** @description Whether it is for a part of a period, or gives one back. */
                proration: boolean;
                /** Format: date-time */
                period_start: string;
                /** Format: date-time */
                period_end: string;
                discount: number;
                tax: number;
              }[];
            subtotal: number;
            discount: number;
            tax: number;
            /** @description Below zero: the rest is put on the balance. */
            total: number;
            /** @description From the balance; negative for a debt on it. */
            credit_applied: number;
            amount_due: number;
            /** Format: date-time */
            period_start: string;
            /** Format: date-time */
            period_end: string;
            /** Format: date-time */
            issued_at: string;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Read the story of a subscription: what happened, what was charged and why */
  get_v1_admin_subscriptions_id_timeline: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        order?: "asc" | "desc";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: {
                id: string;
                /** Format: date-time */
                at: string;
                type: string;
                /** @description In plain English, with its amounts. */
                text: string;
                data: {
                  [key: string]: unknown;
                };
              }[];
            has_more: boolean;
            /** @description What comes next by itself, by the database. */
            next: ({
              /** @enum {string} */
              type: "start" | "trial_ending" | "trial_end" | "renewal" | "cycle_skipped" | "resume" | "cancellation" | "expiration" | "change_expiration" | "payment_attempt" | "payment_reminder" | "invoice_overdue" | "final_action";
              /** Format: date-time */
              at: string;
              text: string;
              invoice: string | null;
              amount_due: number | null;
              currency: string | null;
            }) | null;
            /** @description What its workflow says it waits for; null when it has ended or can’t be asked now. */
            workflow: ({
              waits_for: string;
              until: string | null;
            }) | null;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Let a subscription that needs attention go on, after a mend */
  post_v1_admin_subscriptions_id_retry: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminSubscription"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List all versions of all plans, newest first */
  get_v1_admin_plans: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        code?: string;
        archived?: "true" | "false";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["AdminPlan"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Put a new plan on offer
   * @description A price that the currency can’t have is refused: `amount_step_invalid` for 1.234 KWD. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_plans: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "code": "spring",
         *   "currency": "usd",
         *   "name": "Mia Winter",
         *   "amount": 1,
         *   "interval": "day"
         * }
         */
        "application/json": {
          code: string;
          /** @description Three small letters, as Stripe writes them: usd. */
          currency: string;
          name: string;
          /** @description In minor units; what the currency can’t have is refused. */
          amount: number;
          /** @enum {string} */
          interval: "day" | "week" | "month" | "year";
          /** @default 1 */
          interval_count?: number;
          /** @default */
          description?: string;
          /** @default 0 */
          trial_days?: number;
          /** @default [] */
          features?: string[];
          /**
           * @description Of subscriptions made without a payment method.
           * @default send_invoice
           * @enum {string}
           */
          collection_method?: "charge_automatically" | "send_invoice";
          /**
           * @description When a failed payment is tried again, and what comes at the end.
           * @default {
           *   "retry_days": [
           *     1,
           *     3,
           *     5,
           *     7
           *   ],
           *   "final_action": "cancel"
           * }
           */
          dunning?: {
            retry_days: number[];
            /** @enum {string} */
            final_action: "cancel" | "unpaid" | "leave_past_due";
          };
          /**
           * @description What becomes of periods that an outage has left unbilled.
           * @default bill_all
           * @enum {string}
           */
          catch_up?: "bill_all" | "bill_current" | "hold";
          /**
           * @description How parts of a period are measured.
           * @default second
           * @enum {string}
           */
          proration?: "second" | "day";
          /**
           * @description What a pause leaves of the access.
           * @default paid_time
           * @enum {string}
           */
          pause_access?: "paid_time" | "none";
          /** @default */
          stripe_price_id?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["AdminPlan"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one version of a plan */
  get_v1_admin_plans_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminPlan"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Make a new version of a plan
   * @description What is left out stays. It takes the place of the older ones on offer; subscriptions keep theirs until they are moved. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_plans_id_versions: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "name": "Mia Winter",
         *   "amount": 1,
         *   "interval": "day",
         *   "interval_count": 1,
         *   "description": "An hour of support",
         *   "trial_days": 1,
         *   "features": [
         *     "features"
         *   ],
         *   "collection_method": "charge_automatically",
         *   "dunning": {
         *     "retry_days": [
         *       1
         *     ],
         *     "final_action": "cancel"
         *   },
         *   "catch_up": "bill_all",
         *   "proration": "second",
         *   "pause_access": "paid_time",
         *   "stripe_price_id": "stripe_price_id",
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          name?: string;
          /** @description In minor units; what the currency can’t have is refused. */
          amount?: number;
          /** @enum {string} */
          interval?: "day" | "week" | "month" | "year";
          interval_count?: number;
          description?: string;
          trial_days?: number;
          features?: string[];
          /**
           * @description Of subscriptions made without a payment method.
           * @enum {string}
           */
          collection_method?: "charge_automatically" | "send_invoice";
          /** @description When a failed payment is tried again, and what comes at the end. */
          dunning?: {
            retry_days: number[];
            /** @enum {string} */
            final_action: "cancel" | "unpaid" | "leave_past_due";
          };
          /**
           * @description What becomes of periods that an outage has left unbilled.
           * @enum {string}
           */
          catch_up?: "bill_all" | "bill_current" | "hold";
          /**
           * @description How parts of a period are measured.
           * @enum {string}
           */
          proration?: "second" | "day";
          /**
           * @description What a pause leaves of the access.
           * @enum {string}
           */
          pause_access?: "paid_time" | "none";
          stripe_price_id?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["AdminPlan"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Take a plan off the offer
   * @description Who has it keeps it.
   */
  post_v1_admin_plans_id_archive: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminPlan"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Move all subscribers of a version to another one, each at their next boundary
   * @description They are told by mail. It goes on by itself once it is accepted.
   */
  post_v1_admin_plans_id_move_subscribers: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "to_plan_id": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60"
         * }
         */
        "application/json": {
          /**
           * Format: uuid
           * @description Another version of the same plan.
           */
          to_plan_id: string;
          /**
           * Format: date-time
           * @description Each moves at the first boundary of theirs that is not before this.
           */
          not_before?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        content: {
          "application/json": {
            /** Format: uuid */
            from_plan: string;
            /** Format: uuid */
            to_plan: string;
            /** @description How many it concerns. */
            subscriptions: number;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List invoices, newest first */
  get_v1_admin_invoices: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        subscription?: string;
        status?: "draft" | "open" | "paid" | "void" | "uncollectible";
        user_id?: string;
        held?: "true" | "false";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["AdminInvoice"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one invoice */
  get_v1_admin_invoices_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Take a draft or an open invoice back
   * @description What was booked of it is reversed, and nobody can pay it any more.
   */
  post_v1_admin_invoices_id_void: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Write an open invoice off
   * @description Nothing more is collected; if the customer pays all the same, it is paid.
   */
  post_v1_admin_invoices_id_mark_uncollectible: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Mark an invoice as paid another way than through Stripe
   * @description What is still to be paid of it is booked on the bank account.
   */
  post_v1_admin_invoices_id_mark_paid: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Make a draft final: it gets its number and is collected */
  post_v1_admin_invoices_id_finalize: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Collect an open invoice now
   * @description Answers once that attempt is settled: its outcome is the last one of `attempts`.
   */
  post_v1_admin_invoices_id_retry: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["AdminInvoice"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List the credit notes of an invoice, newest first */
  get_v1_admin_invoices_id_credit_notes: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["CreditNote"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Credit an invoice, in whole or in part
   * @description First against what is still due of it, then to the card or to the balance. Notes never add up to more than the invoice. A part that is sent to the card waits for Stripe’s answer.
   */
  post_v1_admin_invoices_id_credit_notes: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "to": "card"
         * }
         */
        "application/json": {
          /** @description In minor units, tax included; by default all that is left. */
          amount?: number;
          /**
           * @description Where it goes beyond what is still due: back to the card as far as that has paid, or to the balance.
           * @enum {string}
           */
          to: "card" | "balance";
          /** @description For the customer, on the credit note. */
          memo?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["CreditNote"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Send money back to the card, by a credit note
   * @description What the card has not paid of the amount goes to the customer’s balance.
   */
  post_v1_admin_invoices_id_refunds: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "amount": 1,
         *   "memo": "memo",
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description In minor units, tax included; by default all that is left. */
          amount?: number;
          /** @description For the customer, on the credit note. */
          memo?: string;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["CreditNote"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List one-off items, newest first */
  get_v1_admin_invoice_items: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        subscription?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                user: string;
                /** Format: uuid */
                subscription: string;
                description: string;
                quantity: number;
                amount: number;
                currency: string;
                /** @description The one that it went on. */
                invoice: string | null;
                removed_at: string | null;
                /** Format: date-time */
                created_at: string;
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Put a one-off charge or credit on the next invoice
   * @description With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_invoice_items: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "subscription": "3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60",
         *   "description": "An hour of support",
         *   "amount": 1
         * }
         */
        "application/json": {
          /** Format: uuid */
          subscription: string;
          description: string;
          /** @description The whole item’s, in minor units; negative gives something back. */
          amount: number;
          /**
           * @description Shown; not multiplied.
           * @default 1
           */
          quantity?: number;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            user: string;
            /** Format: uuid */
            subscription: string;
            description: string;
            quantity: number;
            amount: number;
            currency: string;
            /** @description The one that it went on. */
            invoice: string | null;
            removed_at: string | null;
            /** Format: date-time */
            created_at: string;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Take an item back that waits for its invoice */
  delete_v1_admin_invoice_items_id: {
    parameters: {
      query?: {
        reason?: string;
      };
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description No Content */
      204: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List disputes, newest first */
  get_v1_admin_disputes: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "open" | "closed";
        user_id?: string;
        invoice?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Dispute"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one dispute */
  get_v1_admin_disputes_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Dispute"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Answer a dispute with evidence
   * @description Goes to the bank by Stripe, and can’t be added to once it is submitted. With an `Idempotency-Key` a repeated request is sent once.
   */
  post_v1_admin_disputes_id_evidence: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "evidence": {
         *     "access_activity_log": "access_activity_log",
         *     "billing_address": "billing_address",
         *     "cancellation_policy_disclosure": "cancellation_policy_disclosure",
         *     "cancellation_rebuttal": "cancellation_rebuttal",
         *     "customer_email_address": "customer_email_address",
         *     "customer_name": "customer_name",
         *     "customer_purchase_ip": "customer_purchase_ip",
         *     "duplicate_charge_explanation": "duplicate_charge_explanation",
         *     "duplicate_charge_id": "duplicate_charge_id",
         *     "product_description": "product_description",
         *     "refund_policy_disclosure": "refund_policy_disclosure",
         *     "refund_refusal_explanation": "refund_refusal_explanation",
         *     "service_date": "service_date",
         *     "uncategorized_text": "uncategorized_text"
         *   }
         * }
         */
        "application/json": {
          evidence: {
            access_activity_log?: string;
            billing_address?: string;
            cancellation_policy_disclosure?: string;
            cancellation_rebuttal?: string;
            customer_email_address?: string;
            customer_name?: string;
            customer_purchase_ip?: string;
            duplicate_charge_explanation?: string;
            duplicate_charge_id?: string;
            product_description?: string;
            refund_policy_disclosure?: string;
            refund_refusal_explanation?: string;
            service_date?: string;
            uncategorized_text?: string;
          };
          /**
           * @description False keeps it as a draft; what is submitted can’t be added to.
           * @default true
           */
          submit?: boolean;
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Dispute"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Accept a dispute: it is lost, and the customer keeps the money
   * @description The invoice stays paid, and no credit note is made.
   */
  post_v1_admin_disputes_id_close: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Dispute"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List coupons, newest first */
  get_v1_admin_coupons: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Coupon"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Give out a new coupon
   * @description With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_coupons: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "code": "spring",
         *   "name": "Mia Winter",
         *   "percent_off": "25",
         *   "duration": "once"
         * }
         */
        "application/json": {
          /** @description What a customer types, in any case. */
          code: string;
          name: string;
          /** @description Plain decimals above 0 and up to 100: "12.5". */
          percent_off?: string;
          /** @description In minor units of `currency`. */
          amount_off?: number;
          currency?: string;
          /** @enum {string} */
          duration: "once" | "repeating" | "forever";
          /** @description With repeating. */
          duration_months?: number;
          /**
           * Format: date-time
           * @description It can be taken before this.
           */
          redeem_by?: string;
          max_redemptions?: number;
          plan_codes?: string[];
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["Coupon"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one coupon */
  get_v1_admin_coupons_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Coupon"];
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Give a coupon out no more
   * @description Subscriptions that have it keep it.
   */
  post_v1_admin_coupons_id_archive: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Coupon"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List tax rates, newest first */
  get_v1_admin_tax_rates: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        country?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["TaxRate"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Put a tax rate in force
   * @description For the country’s customers of that status, on every invoice from now on. A rate never changes: archive it and make another. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_tax_rates: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "name": "Mia Winter",
         *   "percentage": "19",
         *   "inclusive": false,
         *   "country": "DE"
         * }
         */
        "application/json": {
          name: string;
          percentage: string;
          /** @description Whether prices contain it, or it is added. */
          inclusive: boolean;
          country: string;
          /**
           * @description Whom it is for; a business without a rate of its own reckons the tax itself.
           * @default any
           * @enum {string}
           */
          customer_status?: "any" | "consumer" | "business";
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        content: {
          "application/json": components["schemas"]["TaxRate"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Take a tax rate out of force
   * @description Invoices that quote it stay as they are.
   */
  post_v1_admin_tax_rates_id_archive: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["TaxRate"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List ledger entries, the last written first */
  get_v1_admin_ledger_entries: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        invoice?: string;
        user_id?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                /** Format: uuid */
                id: string;
                kind: string;
                /** @description What happened; no two entries have the same. */
                occasion: string;
                /** Format: date-time */
                at: string;
                currency: string;
                invoice: string | null;
                user: string | null;
                /** @description They sum to zero. */
                postings: {
                    /** @description receivable, revenue, tax, cash … */
                    account: string;
                    /** @description Debits are positive, credits negative. */
                    amount: number;
                  }[];
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See what stands on each account, per currency */
  get_v1_admin_ledger_balances: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: {
                currency: string;
                /** @description They sum to zero. */
                accounts: {
                    /** @description receivable, revenue, tax, cash … */
                    account: string;
                    number: string;
                    name: string;
                    /** @description Debits are positive, credits negative. */
                    amount: number;
                  }[];
              }[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Export the journal for an accountant, one record per posting */
  get_v1_admin_ledger_journal_csv: {
    parameters: {
      query?: {
        from?: string;
        to?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/csv; charset=utf-8; header=present": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Prove invoices, balances, payments and refunds from the ledger, and the other way round */
  get_v1_admin_ledger_check: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            agree: boolean;
            findings: {
                check: string;
                sentence: string;
                ids: {
                  [key: string]: string;
                };
              }[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * List Stripe’s events as they came in, newest first
   * @description With `status=failed`: those that wait for an operator.
   */
  get_v1_admin_webhook_events: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "received" | "done" | "ignored" | "failed";
        type?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["WebhookEvent"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one event of Stripe’s */
  get_v1_admin_webhook_events_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @description Stripe’s. */
            id: string;
            type: string;
            /**
             * @description `received`: it waits for its turn, or for its next try. `failed`: its tries are over, it waits for an operator. `ignored`: it changed nothing, for `reason`.
             * @enum {string}
             */
            status: "received" | "done" | "ignored" | "failed";
            /** @description Why it changed nothing. */
            reason: string | null;
            /** @description How often it was tried. */
            attempts: number;
            next_attempt_at: string | null;
            last_error: string | null;
            /** Format: date-time */
            received_at: string;
            settled_at: string | null;
            /** @description As Stripe sent it, secrets left out. */
            payload: {
              [key: string]: unknown;
            };
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Have an event looked at once more
   * @description What it is about is read again from Stripe, so that an event which was applied before changes nothing.
   */
  post_v1_admin_webhook_events_id_replay: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEvent"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * List the mails of the outbox, newest first
   * @description With `status=failed`: those that wait for an operator.
   */
  get_v1_admin_emails: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "queued" | "sent" | "failed";
        kind?: "welcome" | "verify_email" | "reset_password" | "password_changed" | "subscription_confirmed" | "trial_ending" | "plan_changed" | "plan_price_change" | "subscription_paused" | "subscription_resumed" | "cancellation_scheduled" | "subscription_reactivated" | "subscription_canceled" | "card_expiring" | "invoice_issued" | "payment_reminder" | "invoice_overdue" | "receipt" | "payment_failed" | "authentication_required" | "billing_digest" | "refund_issued";
        user_id?: string;
        subscription?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Email"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See one mail as it would be sent */
  get_v1_admin_emails_id: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            kind: string;
            /**
             * @description `queued`: it waits for its turn or its next try. `failed`: its tries are over.
             * @enum {string}
             */
            status: "queued" | "sent" | "failed";
            /** Format: uuid */
            user: string;
            subscription: string | null;
            /** @description The address that the user has now. */
            to: string;
            /** @description The same however often it is sent. */
            message_id: string;
            /** @description How often it was tried since it was last put in the queue. */
            attempts: number;
            next_attempt_at: string | null;
            last_error: string | null;
            sent_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description As it would be sent now; links that only its receiver may have are hidden. Null when it was erased with its receiver. */
            content: {
              subject: string;
              html: string;
              text: string;
            } | null;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Send a mail again
   * @description The same mail, with its Message-ID, to the address that the user has now; a failed one gets all its tries again. One that is queued already only stays so. Refused (409) when its receiver was erased (`user_erased`) or its link works no more (`email_expired`).
   */
  post_v1_admin_emails_id_resend: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Email"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See whether Stripe’s books and ours agree
   * @description They are compared every hour: what came, was given back or disputed lately.
   */
  get_v1_admin_reconciliation: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @description The last ten, newest first. */
            runs: components["schemas"]["Reconciliation"][];
            /** @description How many things differ. */
            open: number;
            /** @description Those that differ, found last first; a hundred at most. */
            discrepancies: components["schemas"]["Discrepancy"][];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Compare Stripe’s books with ours now
   * @description Answers as soon as it has begun; see the list for what it came to. With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.
   */
  post_v1_admin_reconciliation: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        content: {
          "application/json": components["schemas"]["Reconciliation"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** List what differs or did, found last first */
  get_v1_admin_discrepancies: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        status?: "open" | "healed" | "resolved";
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Discrepancy"][];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Close something that differs and is explained */
  post_v1_admin_discrepancies_id_resolve: {
    parameters: {
      header?: {
        /** @description A name for this request: it is done once under it, and answered the same for a day. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "As agreed by telephone"
         * }
         */
        "application/json": {
          /** @description Why: it is kept in the audit log. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": components["schemas"]["Discrepancy"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See the business’s figures: recurring revenue, churn, payments and dunning
   * @description Integer minor units, per currency, never added up over currencies. Subscriptions on test clocks are left out.
   *
   * Monthly recurring revenue (MRR) of a subscription is its plan × quantity, less the coupon in force (`once` coupons never count), without taxes that come on top, normalised to a month: a year is 12 months, 52 weeks or 365 days. It is rounded per subscription, half away from zero. Active and past due subscriptions count; trialing, paused, unpaid and ended ones do not. A trial counts from its end on.
   *
   * New, expansion, contraction, paused, resumed and churned are the changes of MRR in a calendar month, at the instants at which they came into force; they lead from the month’s first MRR to its last exactly. Churn is relative to the month’s first MRR: pauses are not churn.
   *
   * A payment has failed when an attempt was declined; an invoice was recovered when it was paid after it had been charged in vain or was overdue. Dunning shows what is open now, and what became of the invoices whose trouble began in the months shown.
   */
  get_v1_admin_metrics: {
    parameters: {
      query?: {
        months?: number;
        time_zone?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: date-time */
            at: string;
            time_zone: string;
            /** @description Never added up over currencies. */
            currencies: ({
                currency: string;
                /** @description Now: of active and past due subscriptions. */
                mrr: number;
                /** @description mrr per customer who pays; null without any. */
                arpu: number | null;
                /** @description Who have a subscription that is active or past due. */
                customers: number;
                subscriptions: {
                  active: number;
                  trialing: number;
                  past_due: number;
                  paused: number;
                  unpaid: number;
                };
                /** @description The oldest first. */
                months: ({
                    /** @description `2026-03`; the present one has not ended. */
                    month: string;
                    /** @description Monthly recurring revenue. */
                    mrr_at_start: number;
                    /** @description Began, or came out of a trial. */
                    new: {
                      subscriptions: number;
                      /** @description Monthly recurring revenue. */
                      mrr: number;
                    };
                    /** @description Dearer plans, more of them, coupons that ended. */
                    expansion: number;
                    /** @description Cheaper plans, fewer of them, coupons that began. */
                    contraction: number;
                    /** @description Taken away by pauses, and by becoming unpaid. */
                    paused: number;
                    /** @description Brought back by their ends. */
                    resumed: number;
                    /** @description Ended, for whatever reason. */
                    churned: {
                      subscriptions: number;
                      /** @description Monthly recurring revenue. */
                      mrr: number;
                    };
                    /** @description mrr_at_start + new + expansion − contraction − paused + resumed − churned. */
                    mrr_at_end: number;
                    /** @description (churned + contraction) / mrr_at_start; null of nothing. */
                    gross_churn: string | null;
                    /** @description (churned + contraction − expansion) / mrr_at_start; negative when more was gained. */
                    net_churn: string | null;
                    failed_payments: {
                      attempts: number;
                      amount: number;
                    };
                    /** @description Paid after they had been charged in vain or were overdue. */
                    recovered_payments: {
                      invoices: number;
                      amount: number;
                    };
                  })[];
                dunning: {
                  open: {
                    /** @description Charged in vain or overdue, and not settled. */
                    invoices: number;
                    subscriptions: number;
                    /** @description What is still owed of them. */
                    amount_at_risk: number;
                    /** @description Of the subscriptions that are past due. */
                    mrr_at_risk: number;
                  };
                  recovered: {
                    invoices: number;
                    amount: number;
                  };
                  /** @description Written off, or void. */
                  lost: {
                    invoices: number;
                    amount: number;
                  };
                  /** @description recovered / (recovered + lost), of the invoices whose trouble began in these months. */
                  recovered_share: string | null;
                };
              })[];
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See how a day’s renewals go
   * @description Live. What falls due in a calendar day of the zone, how much of it is done, what is late, how fast it goes and when it will be over. First periods, test clocks and subscriptions that Stripe runs are left out.
   */
  get_v1_admin_billing_day: {
    parameters: {
      query?: {
        date?: string;
        time_zone?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** Format: date */
            date: string;
            time_zone: string;
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Not included.
             */
            to: string;
            /**
             * Format: date-time
             * @description When this was so.
             */
            at: string;
            /** @description Renewals of the day: done, late and upcoming. */
            due: number;
            done: {
              total: number;
              /** @description Into a period that was invoiced, or drafted. */
              billed: number;
              /** @description Into a period that is not: paused, or not caught up with. */
              skipped: number;
              /** @description To the end that they were canceled for. */
              ended: number;
            };
            /** @description Their instant has passed, and they were not seen to. */
            late: number;
            /** @description Their instant is still to come. */
            upcoming: number;
            /** @description Of earlier days, and still late. */
            late_from_before: number;
            /** @description The one that has waited longest. */
            oldest_late: {
              /** Format: uuid */
              subscription: string;
              /** Format: date-time */
              due_at: string;
              seconds: number;
            } | null;
            /** @description Can’t go on until somebody has looked at them. */
            needs_attention: number;
            /** @description Of the periods that began. */
            invoices: {
              paid: number;
              /** @description Not paid yet; nothing has failed. */
              open: number;
              /** @description Charged in vain, and open. */
              failed: number;
              draft: number;
              void: number;
              uncollectible: number;
            };
            /** @description Renewals done a minute, over the last 5 minutes. */
            rate_per_minute: number;
            finished: boolean;
            /** @description At this rate, and not before the last one is due; null when nothing is left, or moves. */
            estimated_finish_at: string | null;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** See what operators did, newest first */
  get_v1_admin_audit_log: {
    parameters: {
      query?: {
        limit?: number;
        starting_after?: string;
        object?: string;
        action?: string;
        actor?: string;
      };
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            data: ({
                id: string;
                actor: string | null;
                /** @description The API key by which it was done; the actor made it. */
                api_key: string | null;
                action: string;
                /** @description What it was done to: invoice/{id} … */
                object: string;
                before: {
                  [key: string]: unknown;
                } | null;
                /** @description Holds only `refused`, a code, where it was refused; null where the answer was lost. */
                after: {
                  [key: string]: unknown;
                } | null;
                reason: string | null;
                /** Format: date-time */
                at: string;
              })[];
            has_more: boolean;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * See and pay one invoice
   * @description The `hosted_url` of an invoice. It works for 90 days after it was given out, for the invoice alone.
   */
  get_pay_token: {
    parameters: {
      query?: {
        redirect_status?: unknown;
      };
      path: {
        token: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description See Other */
      303: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      400: components["responses"]["BadRequest"];
      /** @description Not Found */
      404: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description Gone */
      410: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      500: components["responses"]["InternalServerError"];
      /** @description Service Unavailable */
      503: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
    };
  };
  /** Go on to the card page of the sandbox */
  post_pay_token: {
    parameters: {
      path: {
        token: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description See Other */
      303: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description Not Found */
      404: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description Gone */
      410: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      500: components["responses"]["InternalServerError"];
      /** @description Service Unavailable */
      503: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
    };
  };
  /** Scripts and styles of the page */
  get_pay_assets_name: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        name: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/*": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      404: components["responses"]["NotFound"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Receive an event of Stripe’s
   * @description The body is signed by Stripe, in the header `Stripe-Signature`.
   */
  post_billing_stripe_webhook: {
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @constant */
            received: true;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /**
   * Receive an event of Stripe’s
   * @description The body is signed by Stripe, in the header `Stripe-Signature`.
   */
  post_webhooks_stripe: {
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @constant */
            received: true;
          };
        };
      };
      400: components["responses"]["BadRequest"];
      413: components["responses"]["PayloadTooLarge"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Whether this process answers */
  get_healthz: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @constant */
            status: "ok";
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Whether everything that requests need can be reached */
  get_readyz: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ready" | "not ready";
            /** @enum {string} */
            database: "ok" | "unreachable" | "not migrated";
            /** @enum {string} */
            temporal: "ok" | "unreachable" | "not migrated";
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      500: components["responses"]["InternalServerError"];
      /** @description Service Unavailable */
      503: {
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ready" | "not ready";
            /** @enum {string} */
            database: "ok" | "unreachable" | "not migrated";
            /** @enum {string} */
            temporal: "ok" | "unreachable" | "not migrated";
          };
        };
      };
    };
  };
  /** Figures for Prometheus */
  get_metrics: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/plain; version=0.0.4; charset=utf-8": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** The OpenAPI document */
  get_schema: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "application/json": {
            [key: string]: unknown;
          };
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Swagger UI */
  get_docs: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** ReDoc */
  get_redoc: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/html; charset=utf-8": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  /** Scripts and styles of the documentation */
  get_docs_assets_name: {
    parameters: {
      header?: {
        /** @description The `ETag` of an answer that you have: 304 when it still holds. */
        "If-None-Match"?: string;
      };
      path: {
        name: string;
      };
    };
    responses: {
      /** @description OK */
      200: {
        content: {
          "text/*": string;
        };
      };
      /** @description Not Modified */
      304: {
        content: never;
      };
      400: components["responses"]["BadRequest"];
      404: components["responses"]["NotFound"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
}
