/** How a session is called in the list of them: browser and system, of the few words that browsers say about themselves. */

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Nothing of what it is given is repeated. */
export function clientLabel(userAgent: string | undefined): string {
  const which = (names: [RegExp, string][]): string | undefined =>
    names.find(([form]) => form.test(userAgent ?? ''))?.[1];
  const browser = which(BROWSERS) ?? 'A browser';
  const system = which(SYSTEMS);
  return system ? `${browser} on ${system}` : browser;
}
