// Stripe's Payment Element on the intent of one invoice. Stripe.js sends the customer to their bank
// where it must, and back to the page, which then reads from Stripe what became of it.
const form = document.getElementById('pay');
const message = document.getElementById('message');
const button = document.getElementById('submit');

function say(words) {
  message.textContent = words;
  message.hidden = words === '';
}

function begin() {
  const { publishableKey, clientSecret, returnUrl } = form.dataset;
  const stripe = window.Stripe(publishableKey);
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const elements = stripe.elements({
    clientSecret,
    appearance: { theme: dark ? 'night' : 'stripe' },
  });
  const element = elements.create('payment');
  element.on('ready', () => {
    button.disabled = false;
  });
  element.on('loaderror', ({ error }) => say(error.message ?? 'The payment form can’t be shown.'));
  document.getElementById('payment-element').replaceChildren();
  element.mount('#payment-element');

  const pay = async () => {
    button.disabled = true;
    say('');
    const confirmParams = { return_url: returnUrl };
    // Comes back only when something has to be said; else the browser is on its way.
    const { error } = await stripe.confirmPayment({ elements, confirmParams });
    say(error.message ?? 'The payment did not go through. Please try again.');
    button.disabled = false;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void pay();
  });
}

if (window.Stripe === undefined) {
  say('The payment form could not be loaded. Please allow js.stripe.com and load this page again.');
} else {
  begin();
}
