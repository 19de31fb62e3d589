/** The look of the sandbox's pages. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fff; --desk: #f3f5f8;
  --line: #d5dbe3; --main: #4b3fd1; --good: #14713c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f5; --soft: #a5b0bf; --paper: #1b222c;
  --desk: #11161d; --line: #36404d; --main: #8f86ff; --good: #5fd392; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--desk); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(27rem, 100%); background: var(--paper); border: 1px solid var(--line);
  border-radius: 14px; padding: 1.75rem; box-shadow: 0 8px 30px rgb(0 0 0 / 8%); }
.badge { display: inline-block; font-size: .75rem; letter-spacing: .04em; padding: .15rem .6rem;
  border: 1px solid var(--line); border-radius: 99px; color: var(--soft); }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .75rem 0 .25rem; font-variant-numeric: tabular-nums; }
p { margin: .25rem 0 1rem; color: var(--soft); }
label { display: block; font-size: .875rem; font-weight: 600; margin-top: .9rem; }
input { width: 100%; font: inherit; color: inherit; background: transparent; margin-top: .3rem;
  padding: .6rem .7rem; border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible, summary:focus-visible { outline: 3px solid var(--main);
  outline-offset: 2px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .9rem; }
button { width: 100%; margin-top: 1.25rem; padding: .75rem; font: inherit; font-weight: 600;
  border: 0; border-radius: 8px; background: var(--main); color: var(--paper); cursor: pointer; }
button.plain { background: transparent; color: inherit; border: 1px solid var(--line); margin-top: .75rem; }
[role=alert] { color: var(--bad); font-weight: 600; }
.done { color: var(--good); font-weight: 600; }
details { margin-top: 1.25rem; font-size: .875rem; color: var(--soft); }
table { width: 100%; border-collapse: collapse; margin-top: .5rem; }
td { padding: .25rem 0; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
a { color: var(--main); }
`;
