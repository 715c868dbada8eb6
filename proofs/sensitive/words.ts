/** The people, places and things that any message may speak of. */
import { Random, type Slots } from './random.js';

const firstNames = (
  'Anna Tom Maria Jonas Lucy Omar Sofia Peter Leila Marco Ines Paul Hannah Kenji Carla David Emma Felix Nora ' +
  'Liam Priya Oscar Julia Sam Elena Victor Amy Hugo Zoe Martin Grace Ben Clara Yusuf Ruth Max Olivia Daan'
).split(' ');
const lastNames = (
  'Miller Schmidt Dubois Garcia Rossi Jansen Novak Brown Keller Moreau Lopez Bianchi Visser Tanaka Khan Fischer ' +
  'Evans Weber Laurent Romero Conti Bakker Murphy Olsen Silva Patel Wagner Clark Haddad Meyer'
).split(' ');
const cities = (
  'Berlin Lisbon Vienna Oslo Rome Paris Madrid Porto Zurich Dublin Prague Boston Chicago Leeds Utrecht Lyon ' +
  'Naples Seville Hamburg Toronto Kyoto Athens Ghent Bristol Denver Krakow'
).split(' ');
const shops = 'Ikea Lidl Amazon Zalando Decathlon Costco Target Tesco Aldi Etsy MediaMarkt Carrefour'.split(
  ' ',
);
const languages = 'German French Spanish Italian Dutch Portuguese Polish Japanese Turkish Swedish'.split(' ');
const weekdays = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const months = 'January February March April May June July August September October November December'.split(
  ' ',
);
const food = (
  'milk|eggs|oat milk|bread|tomatoes|basil|olive oil|rice|coffee|lentils|butter|spinach|garlic|onions|lemons|' +
  'chickpeas|bananas|yoghurt|parmesan|ginger|flour|carrots|mushrooms|peanuts|cream|feta'
).split('|');
const household = 'toilet paper|dish soap|cat food|bin bags|batteries|light bulbs|washing powder'.split('|');
const dishes = (
  'lasagne|risotto|lentil soup|pad thai|ratatouille|pancakes|a chickpea curry|shakshuka|banana bread|ramen|' +
  'paella|chili sin carne|pierogi|gnocchi|tiramisu|focaccia|apple crumble|moussaka|okonomiyaki|carrot cake'
).split('|');
const chores = (
  'water the plants|call the dentist|take out the bins|renew my passport|pick up the parcel|book the car in for ' +
  'a service|pay the gas bill|feed the cat|clean the oven|send the rent|buy a birthday card|charge the e-bike|' +
  'cancel the gym|defrost the freezer|hand in the tax papers|change the bed sheets|return the library books|' +
  'ring my mother|collect the dry cleaning|order contact lenses|descale the kettle|vote|back up my laptop'
).split('|');
const companies =
  'Northwind Bluepeak Lindqvist&Co Harbourside Acme Brightwater Kestrel Vantage Ostermann Delta-Print'.split(
    ' ',
  );
const subjects = (
  'the quarterly report|the kitchen renovation|our trip|the new website|the school concert|the budget|the leaking ' +
  'roof|the team offsite|the rental contract|the insurance claim|the job interview|the birthday party|the ' +
  'parent evening|the product launch|the boiler inspection'
).split('|');
const topics = (
  'black holes|inflation|photosynthesis|the French Revolution|compound interest|tides|sourdough|vaccines|the ' +
  'offside rule|heat pumps|quantum entanglement|Brexit|mortgages|the Roman Republic|jet lag|tectonic plates|' +
  'index funds|how a fridge works|gothic architecture|the immune system|leap years|probate|northern lights'
).split('|');
const services =
  'Netflix Gmail Spotify Dropbox GitHub LinkedIn Airbnb Booking Outlook Notion PayPal eBay'.split(' ');

const day = (random: Random): string =>
  random.pick([
    'tomorrow',
    'tonight',
    'this weekend',
    'next week',
    `on ${random.pick(weekdays)}`,
    `next ${random.pick(weekdays)}`,
    `this ${random.pick(weekdays)}`,
  ]);

const time = (random: Random): string => {
  const [hour, half] = random.pick([
    [random.between(7, 11), 'am'],
    [random.between(1, 9), 'pm'],
  ]);
  const minute = random.pick(['00', '15', '30', '45', '10', '20', '05']);
  return random.pick([
    `${hour}${half}`,
    `${hour}:${minute}${random.pick([half, ` ${half}`, ''])}`,
    `${random.padded(7, 21, 2)}:${minute}`,
  ]);
};

export const date = (random: Random): string => {
  const dayOfMonth = random.between(1, 28);
  const month = random.between(1, 12);
  const year = random.between(2024, 2027);
  const name = months[month - 1]!;
  const [twoDay, twoMonth] = [String(dayOfMonth).padStart(2, '0'), String(month).padStart(2, '0')];
  return random.pick([
    `${dayOfMonth} ${name}`,
    `${name} ${dayOfMonth}`,
    `${dayOfMonth} ${name} ${year}`,
    `${twoDay}.${twoMonth}.${year}`,
    `${twoDay}/${twoMonth}/${year}`,
    `${year}-${twoMonth}-${twoDay}`,
  ]);
};

const price = (random: Random): string => {
  const whole = random.between(3, 900);
  const cents = random.pick(['99', '50', '00', '49', '95']);
  return random.pick([
    `€${whole}`,
    `$${whole}.${cents}`,
    `${whole} euros`,
    `£${whole}`,
    `${whole},${cents} €`,
  ]);
};

const user = (random: Random): string => {
  const first = random.pick(firstNames).toLowerCase();
  const last = random.pick(lastNames).toLowerCase();
  return random.pick([first, `${first}.${last}`, `${first[0]!}${last}`, `${first}${random.between(70, 99)}`]);
};

const email = (random: Random): string =>
  `${user(random)}@${random.pick(['gmail.com', 'outlook.com', 'gmx.de', 'example.com', 'posteo.net', 'icloud.com'])}`;

const list = (random: Random): string =>
  random
    .shuffled([...food, ...household])
    .slice(0, random.between(3, 8))
    .join(random.pick([', ', '\n', ', ']));

const of =
  (items: readonly string[]) =>
  (random: Random): string =>
    random.pick(items);

export const everydaySlots = {
  name: of(firstNames),
  person: (random) => `${random.pick(firstNames)} ${random.pick(lastNames)}`,
  last: of(lastNames),
  city: of(cities),
  shop: of(shops),
  language: of(languages),
  weekday: of(weekdays),
  month: of(months),
  ingredient: of(food),
  dish: of(dishes),
  chore: of(chores),
  company: of(companies),
  subject: of(subjects),
  topic: of(topics),
  service: of(services),
  list,
  day,
  time,
  date,
  price,
  user,
  email,
  small: (random) => String(random.between(2, 9)),
  medium: (random) => String(random.between(11, 95)),
  large: (random) => String(random.between(120, 98_000)),
  decimal: (random) => `${random.between(1, 99)}.${random.between(1, 99)}`,
  year: (random) => String(random.between(1789, 2026)),
} satisfies Slots;

/** What is written alike in most languages, for messages that are not in English. */
export const elsewhereSlots = {
  city: of(
    'Berlin Madrid Porto Oslo Paris Hamburg Utrecht Lyon Bristol Toronto Boston Chicago Kiel Nantes'.split(
      ' ',
    ),
  ),
  date: (random) =>
    [random.padded(1, 28, 2), random.padded(1, 12, 2), random.between(2024, 2027)].join(
      random.pick(['.', '/']),
    ),
  time: (random) => `${random.between(7, 21)}:${random.pick(['00', '15', '30', '45'])}`,
  price: (random) =>
    random.pick([`${random.between(5, 900)} €`, `${random.between(5, 900)},${random.pick(['50', '99'])} €`]),
} satisfies Slots;
