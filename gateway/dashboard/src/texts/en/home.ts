/** The first page, and the way in for somebody new. */
import { plural } from './plural';

export const home = {
  title: (hour: number, name: string) =>
    `${hour < 5 ? 'Hello' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'}, ${name}`,
  assistant: 'Your assistant',
  states: { awake: 'Awake', waking: 'Waking up', asleep: 'Asleep' },
  stateAbout: {
    awake: 'Ready. It answers at once.',
    waking: 'It will be ready in a moment.',
    asleep: 'It wakes up by itself when you write.',
  },
  noModel: 'It cannot answer before it has a model.',
  waiting: (count: number) =>
    count === 0 ? 'Nothing is waiting.' : `${plural(count, 'message')} being answered or waiting.`,
  wakes: (time: string) => `Wakes for a reminder ${time}.`,
  talk: 'Open the chat',
  channels: 'Channels',
  allChannels: 'Manage channels',
  lastMessage: (time: string) => `Last message ${time}`,
  noMessage: 'No message yet',
  noChannels: 'No channel yet',
  noChannelsAbout: 'Link Telegram, WhatsApp or Matrix to reach Ara from your phone. It takes about a minute.',
  linkOne: 'Link a channel',
  today: 'Today',
  messages: 'Messages',
  tokens: 'Tokens',
  cost: 'Cost',
  inOut: (input: string, output: string) => `${input} in, ${output} out`,
  allUsage: 'See usage',
  alarms: 'Needs you',
  alarmWords: {
    'channel-needs-relink': {
      title: (name: string) => `${name} refused your credential`,
      about: 'Messages from there do not arrive until you link it again.',
      action: 'Link again',
    },
    'channel-conflict': {
      title: (name: string) => `Another program uses your ${name} link`,
      about: 'Stop the other program, or link again.',
      action: 'See the channel',
    },
    'channel-phone-away': {
      title: (name: string) => `Your phone with ${name} has been offline for days`,
      about: 'Open the app on it soon: after 14 days without the phone it unlinks Ara.',
      action: 'See the channel',
    },
    'no-key': {
      title: () => 'No API key yet',
      about: 'Ara needs a key of a model provider before it can answer.',
      action: 'Add a key',
    },
    'no-channel': {
      title: () => 'No channel is linked',
      about: 'You can write to Ara here in the browser. Link a channel to reach it from your phone.',
      action: 'Link a channel',
    },
    'key-refused': {
      title: (name: string) => `${name} refused your key`,
      about: 'It may have been revoked, or has no credit left. Replace it, or check your account there.',
      action: 'Replace the key',
    },
    'budget-used-up': {
      title: () => 'Your budget is used up',
      about: 'Ara waits until it begins anew. Raise it if you want to go on now.',
      action: 'Change the budget',
    },
  },
  setup: 'Finish setting up',
  setupAbout: (left: number) => `${plural(left, 'step')} left, under two minutes.`,
  setupGo: 'Continue',
  notFound: 'There is no such page',
  notFoundAbout: 'The address may be mistyped, or the page has moved.',
};

export const start = {
  title: 'Let’s get you talking',
  about: 'Three steps, under two minutes. You can leave at any time and come back from the home page.',
  leave: 'Do this later',
  step: (n: number, of: number) => `Step ${n} of ${of}`,
  steps: { key: 'Give Ara a model', channel: 'Reach it from your phone', message: 'Say hello' },
  done: 'done',
  keyTitle: 'Which model should Ara think with?',
  keyAbout:
    'Ara uses your own account at a model provider. The key is encrypted, and only your container gets to use it.',
  keyIsThere: 'Ara has a key. You can add more on the Keys page.',
  channelTitle: 'Reach Ara from your phone',
  channelAbout: 'Choose where you write to your friends. Or skip this, and write to Ara in the browser.',
  whichChannel: 'Channel',
  channelDone: 'A channel is linked. You can write to Ara there now.',
  messageTitle: 'Say hello',
  messageAbout: 'Write a first message here; Ara answers in a few seconds.',
  next: 'Next',
  skip: 'Skip this',
  finish: 'Go to the dashboard',
};
