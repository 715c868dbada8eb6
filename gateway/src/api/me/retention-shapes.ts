/** How long everything is kept, as the dashboard is told. */
import * as z from 'zod';

export const retention = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      where: z.enum(['container', 'database', 'queue', 'backup', 'machine']),
      /** How long, in plain words. */
      kept: z.string(),
      /** What removes it, in plain words. */
      removed: z.string(),
    }),
  ),
});
