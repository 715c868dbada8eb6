/** How the assistant behaves, as `/settings` and `/model` have it. */
import { assistantChange, assistantSettings, type AssistantSettings } from '../../../../contracts/content.js';
import { route, type Route } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Assistant } from '../assistant.js';
import { isTimeZone, LONGEST, type Preferences } from '../preferences.js';

export function settingsRoutes(assistant: Assistant): Route[] {
  const path = '/v1/content/assistant';
  return [
    { method: 'GET', path, handle: () => shown(assistant.preferences.current) },
    route('PUT', path, assistantChange, async ({ body }) => {
      if (body.timeZone !== undefined && !isTimeZone(body.timeZone))
        throw new AraError('bad-request', 'timeZone');
      if (body.quietHours && body.quietHours.from === body.quietHours.to)
        throw new AraError('bad-request', 'quietHours');
      const said = Object.entries(body).filter(([, value]) => value !== undefined);
      assistant.preferences.change(Object.fromEntries(said));
      // When the next thing is due follows from the time zone, the quiet hours and the heartbeat.
      await (await assistant.agenda()).plan();
      return shown(assistant.preferences.current);
    }),
  ];
}

/** Without what the dashboard does not show, such as the models of chats. */
function shown(preferences: Preferences): AssistantSettings {
  const names = Object.keys(assistantSettings.shape) as (keyof AssistantSettings)[];
  const settings = Object.fromEntries(names.map((name) => [name, preferences[name]])) as AssistantSettings;
  // The file may have been edited by hand, and then it holds as much as they liked.
  return { ...settings, persona: settings.persona?.trim().slice(0, LONGEST.persona) || null };
}
