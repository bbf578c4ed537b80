/** Light or dark: as the system has it, until the person says otherwise. */
import { signal } from '@preact/signals';
import { Button } from '../ui/button.tsx';

const KEY = 'sallyport.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const stored = localStorage.getItem(KEY);
const chosen = signal<'light' | 'dark' | null>(stored === 'light' || stored === 'dark' ? stored : null);
const systemDark = signal(system.matches);

function show(): void {
  if (chosen.value === null) delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen.value;
}

export function startTheme(): void {
  system.addEventListener('change', ({ matches }) => {
    systemDark.value = matches;
  });
  show();
}

export function ThemeToggle() {
  const dark = chosen.value === null ? systemDark.value : chosen.value === 'dark';
  const next = dark ? 'light' : 'dark';
  const name = dark ? 'Light' : 'Dark';
  return (
    <Button
      kind="bare"
      size="slim"
      icon="sun"
      label={`${name} colours`}
      onPress={() => {
        chosen.value = next;
        localStorage.setItem(KEY, next);
        show();
      }}
    >
      {name}
    </Button>
  );
}
