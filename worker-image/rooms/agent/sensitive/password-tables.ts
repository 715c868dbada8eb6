/** Passwords in tables: the column that is named so, in lines with commas, semicolons, tabs or bars. */
import type { Finding } from './finding.js';
import { isPlainPassword, isStrong } from './password-values.js';

const NAME =
  /^["'*`]{0,2}(?:pass ?word|passwd|pass|pwd?|passwort|kennwort|mot de passe|mdp|contraseña|clave|wachtwoord|senha|lösenord)["'*`]{0,2}$/i;
const SEPARATORS = [/[|]/g, /\t/g, /;/g, /,/g];
/** A table of passwords is short, and this is looked at for every line that may head one. */
const ROWS = 200;

interface Cell {
  text: string;
  from: number;
}

export function findPasswordsInTables(text: string): Finding[] {
  if (!/\n/.test(text) || !/p[aw]|mdp|kennwort|mot de|contra|clave|wacht|senha|lösen/i.test(text)) return [];
  const lines = [...text.matchAll(/[^\n]+/g)].map(({ 0: line, index }) => ({ text: line, from: index }));
  const found: Finding[] = [];
  for (let head = 0; head < lines.length - 1; head += 1) {
    const line = lines[head];
    for (const separator of line && line.text.length < 200 ? SEPARATORS : []) {
      const names = cells(line, separator);
      const column = names.findIndex((cell) => NAME.test(cell.text));
      if (column < 0 || names.length < 2) continue;
      const rows = lines.slice(head + 1, head + 1 + ROWS).map((row) => cells(row, separator));
      const end = rows.findIndex((row) => row.length !== names.length);
      found.push(...(end < 0 ? rows : rows.slice(0, end)).flatMap((row) => passwordIn(row[column])));
      head += end < 0 ? rows.length : end;
      break;
    }
  }
  return found;
}

function cells(line: Cell | undefined, separator: RegExp): Cell[] {
  let at = line?.from ?? 0;
  return (line?.text ?? '').split(separator).map((written) => {
    const from = at + written.length - written.trimStart().length;
    at += written.length + 1;
    return { text: written.trim(), from };
  });
}

function passwordIn(cell: Cell | undefined): Finding[] {
  if (!cell || !(isStrong(cell.text) || isPlainPassword(cell.text))) return [];
  return [{ kind: 'password', from: cell.from, to: cell.from + cell.text.length }];
}
