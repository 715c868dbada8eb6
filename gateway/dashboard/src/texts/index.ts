/** The words of the dashboard. Another language is one more file that satisfies `Texts`, chosen here. */
import { en } from './en';

export type Texts = typeof en;

export const t: Texts = en;
