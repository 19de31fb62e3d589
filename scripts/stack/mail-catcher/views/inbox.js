// Keeps the list fresh, and asks before everything is deleted. The pages work without it.
const everyMs = 3000;

/** Puts the list of the same page, as it is now, in place of the one shown. */
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  replace('#list', page);
  replace('.delete button', page);
  if (document.body.className === 'listing') document.title = page.title;
}

function replace(selector, page) {
  const [shown, fresh] = [document.querySelector(selector), page.querySelector(selector)];
  if (shown === null || fresh === null || shown.outerHTML === fresh.outerHTML) return;
  // Only the children of the list change, so that it keeps its scroll position.
  if (selector === '#list') shown.replaceChildren(...fresh.childNodes);
  else shown.replaceWith(fresh);
}

setInterval(() => {
  refresh().catch(() => {
    // The catcher is stopped or restarting: the next try may find it again.
  });
}, everyMs);

document.querySelector('.delete').addEventListener('submit', (event) => {
  const { count } = event.currentTarget.querySelector('button').dataset;
  if (!confirm(`Delete all ${count} messages?`)) event.preventDefault();
});
