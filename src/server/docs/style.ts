/** The page's one stylesheet: system fonts, light and dark, nothing from elsewhere. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2126, #e4e7ea);
  --quiet: light-dark(#56606b, #9aa5b1);
  --paper: light-dark(#ffffff, #14181c);
  --panel: light-dark(#f4f6f8, #1c2228);
  --line: light-dark(#d9dee3, #313941);
  --link: light-dark(#0b5cad, #7db8f5);
  --mark: light-dark(#8a4b08, #e8b06a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif;
}
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus-visible { outline: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.25rem 0.75rem; background: var(--paper); z-index: 1; }
header {
  display: flex;
  gap: 0.75rem;
  align-items: baseline;
  padding: 0.75rem 1.5rem;
  border-bottom: 1px solid var(--line);
  background: var(--panel);
}
header p { margin: 0; color: var(--quiet); }
header .brand { font-weight: 650; color: var(--ink); font-size: 1.1rem; }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav {
  position: sticky;
  top: 0;
  align-self: start;
  max-height: 100vh;
  overflow-y: auto;
  padding: 1.25rem 1rem 2rem 1.5rem;
  font-size: 0.92rem;
}
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li a, nav .room a { display: block; padding: 0.12rem 0.5rem; border-radius: 4px; text-decoration: none; color: var(--ink); }
nav li a:hover, nav .room a:hover { background: var(--panel); color: var(--link); }
nav .room { margin: 0 0 0.25rem; }
nav .room a { color: var(--quiet); font-weight: 600; text-transform: uppercase; letter-spacing: 0.06em; font-size: 0.8rem; }
main { padding: 1.25rem 1.5rem 4rem; border-left: 1px solid var(--line); min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.25rem 0 0.75rem; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 0.5rem; text-transform: capitalize; }
#transports { text-transform: none; }
h3 { font-size: 1.15rem; margin: 0 0 0.4rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
.after { margin-top: 1rem; }
h4 { font-size: 0.8rem; margin: 1.1rem 0 0.35rem; color: var(--quiet); text-transform: uppercase; letter-spacing: 0.06em; }
p { max-width: 46rem; margin: 0 0 0.8rem; }
article { padding: 1.5rem 0; border-top: 1px solid var(--line); }
article:target, h2:target { scroll-margin-top: 0.5rem; }
.route { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 0.6rem; }
.route code { padding: 0.2rem 0.5rem; }
.route b { color: var(--mark); font-weight: 650; margin-right: 0.35rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 0.86em; }
code { background: var(--panel); border-radius: 4px; padding: 0.08em 0.3em; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; overflow-x: auto; margin: 0 0 0.75rem; line-height: 1.45; font-size: 0.9rem; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
dl { margin: 0 0 0.8rem; }
dl div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.5rem; padding: 0.12rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.stage { display: inline-block; margin-right: 0.9rem; }
.stage i { color: var(--quiet); font-style: normal; font-size: 0.9em; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 40rem; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; background: var(--panel); color: var(--quiet); font-weight: 600; font-size: 0.85rem; }
th:first-child { width: 17rem; }
th:nth-child(2) { width: 13rem; }
td em { color: var(--mark); font-style: normal; font-size: 0.85em; margin-left: 0.35rem; }
.more { color: var(--quiet); font-size: 0.92em; }
summary { cursor: pointer; color: var(--link); margin-bottom: 0.5rem; }
@media (max-width: 52rem) {
  .columns { display: block; }
  nav { position: static; max-height: none; padding: 1rem 1.25rem 0; border-bottom: 1px solid var(--line); }
  nav ul { columns: 2; column-gap: 1rem; }
  main { border-left: 0; padding: 1rem 1.25rem 3rem; }
  dl div { grid-template-columns: minmax(0, 1fr); gap: 0; padding: 0.25rem 0; }
  th:first-child { width: 13rem; }
  th:nth-child(2) { width: 9rem; }
}
@media print {
  nav, .skip { display: none; }
  .columns { display: block; }
  article { break-inside: avoid; }
}
`;
