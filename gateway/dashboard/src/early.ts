/** Runs before the page is painted: the theme that was chosen in this browser. It imports nothing (see build/theme-first.ts). */
{
  const chosen = localStorage.getItem('ara.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}
