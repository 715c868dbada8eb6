/** Answers of the fake Telegram that are no result: problems in its JSON, and files. */
import { ApiProblem } from './telegram-problem.js';
import type { ServerResponse } from 'node:http';
import { sendJson } from '../listener.js';
import { type BotState } from './telegram-state.js';

export function sendProblem(response: ServerResponse, { status, description, retryAfter }: ApiProblem): void {
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  sendJson(response, status, { ok: false, error_code: status, description, ...parameters });
}

export function sendFile(response: ServerResponse, bot: BotState, path: string): void {
  const wanted = decoded(path);
  const file = [...bot.files.values()].find((candidate) => candidate.file_path === wanted);
  if (!file) {
    sendProblem(response, new ApiProblem(404, 'Not Found'));
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.content.length,
  });
  if (bot.brokenDownloads === 0) return void response.end(file.content);
  bot.brokenDownloads -= 1;
  response.write(file.content.subarray(0, file.content.length / 2), () => response.destroy());
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
