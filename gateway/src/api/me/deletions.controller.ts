/** Deleting one's own: what would go, the beginning, which needs proof that it is them, and what was deleted before. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type * as z from 'zod';
import type { DeletionPreview } from '../../../../contracts/deletion.js';
import { DeletionsService, type Progress } from '../../deletion/deletions.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './deletion-shapes.js';

@Controller('v1/me/deletions')
export class DeletionsController {
  constructor(private readonly deletions: DeletionsService) {}

  @Get()
  @Access('user')
  @Answers(shapes.deletions)
  async list(@Me() me: Viewer): Promise<z.input<typeof shapes.deletions>> {
    const all = await this.deletions.of(me.account);
    return { deletions: all.map((each) => ({ ...shownProgress(each), token: each.token })) };
  }

  @Get('preview')
  @Access('user')
  @Answers(shapes.preview)
  preview(
    @Me() me: Viewer,
    @Query({ schema: shapes.previewQuery }) { kind, files }: z.infer<typeof shapes.previewQuery>,
  ): Promise<DeletionPreview> {
    return this.deletions.preview(me.account, { kind, files: files === 'yes' });
  }

  /** @throws AraError `being-deleted`, `proof-needed` */
  @Post()
  @Access('user', { stepUp: true })
  @Answers(shapes.begun)
  @HttpCode(200)
  async begin(
    @Me() me: Viewer,
    @Body({ schema: shapes.deletionRequest }) { key, ...order }: z.infer<typeof shapes.deletionRequest>,
  ): Promise<z.infer<typeof shapes.begun>> {
    const { id } = await this.deletions.begin(me.account, { ...order, key: `page.${key}` }, 'dashboard');
    return { token: this.deletions.token(id) };
  }
}

export const shownProgress = (state: Progress): z.input<typeof shapes.progress> => {
  const { kind, files, askedAt, finishedAt, trouble, plan, steps, receipt } = state;
  return {
    kind,
    files,
    askedAt,
    finishedAt,
    trouble,
    steps: plan.map(({ name, about }, at) => ({ name, about, removed: steps[at]?.removed ?? null })),
    receipt: receipt && {
      places: receipt.receipt.verification.places.length,
      found: receipt.receipt.verification.found,
      notReached: receipt.receipt.notReached,
    },
  };
};
