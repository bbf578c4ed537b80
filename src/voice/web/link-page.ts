/** A page of links to names below an address; names are text from a disk and are written as text. */
export function linkPage(base: string, names: readonly string[]): string {
  const items = names.map((name) => `<li><a href="${escaped(hrefOf(base, name))}">${escaped(name)}</a></li>`);
  const title = escaped(base);
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><ul>${items.join('')}</ul></body></html>`;
}

const hrefOf = (base: string, name: string): string => base + name.split('/').map(encodeURIComponent).join('/');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one]!);
