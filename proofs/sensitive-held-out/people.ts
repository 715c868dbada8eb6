/** The people, places and days a message mentions, in the language it is written in. */
import type { Random, Slots } from '../sensitive/random.js';

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl' | 'pt' | 'pl' | 'sv';

interface Surroundings {
  first: string;
  last: string;
  city: string;
  street: string;
  day: string;
  food: string;
  phone: string;
}

/** Words divided by commas; in phone numbers every `#` is a digit. */
const SURROUNDINGS: Readonly<Record<Language, Surroundings>> = {
  en: {
    first: 'Emily,Jack,Priya,Owen,Grace,Tyler,Hannah,Marcus,Zoe,Declan,Aisha,Ben',
    last: 'Whitaker,Okafor,Brennan,Delgado,Hughes,Patel,Lindqvist,Marsh,Novak,Sinclair',
    city: 'Leeds,Boston,Bristol,Denver,Cork,Portland,Toronto,Austin',
    street: '14 Maple Court,221 Harbour Road,9 Elm Lane,1180 Sunset Ave',
    day: 'Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday',
    food: 'lasagne,pad thai,chicken curry,veggie chili,fish tacos,ramen',
    phone: '+1 617 555 ####,07### ######,(503) 555-####,+44 7### ######',
  },
  de: {
    first: 'Lena,Jonas,Katrin,Uwe,Mia,Felix,Sabine,Tobias,Anke,Emre,Paula,Matthias',
    last: 'Hoffmann,Brandt,Yılmaz,Schuster,Vogel,Krämer,Winkler,Engel,Thiele,Busch',
    city: 'Leipzig,Kiel,Graz,Freiburg,Bern,Nürnberg,Bremen,Linz',
    street: 'Lindenweg 7,Schillerstr. 42,Am Mühlbach 3,Karl-Marx-Allee 110',
    day: 'Montag,Dienstag,Mittwoch,Donnerstag,Freitag,Samstag,Sonntag',
    food: 'Kartoffelsuppe,Käsespätzle,Linsencurry,Flammkuchen,Nudelauflauf',
    phone: '0151 ########,+49 30 #######,0341 / ######,0176-########',
  },
  fr: {
    first: 'Camille,Julien,Manon,Thierry,Inès,Baptiste,Odile,Karim,Léa,Étienne',
    last: 'Moreau,Lefèvre,Garnier,Benali,Rousseau,Chevalier,Marchand,Perrin',
    city: 'Nantes,Lille,Grenoble,Rennes,Liège,Genève,Toulouse',
    street: '12 rue des Lilas,5 bis avenue Foch,27 quai de la Fosse',
    day: 'lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche',
    food: 'gratin dauphinois,quiche,ratatouille,blanquette,tarte aux poireaux',
    phone: '06 ## ## ## ##,07 ## ## ## ##,+33 2 ## ## ## ##',
  },
  es: {
    first: 'Lucía,Álvaro,Carmen,Diego,Marta,Iker,Noelia,Javier,Rocío,Pablo',
    last: 'Ortega,Navarro,Castillo,Iglesias,Romero,Vidal,Molina,Serrano',
    city: 'Sevilla,Bilbao,Valencia,Granada,Rosario,Zaragoza',
    street: 'Calle Mayor 18,Avda. de la Paz 4,C/ Olivo 33 2ºB',
    day: 'lunes,martes,miércoles,jueves,viernes,sábado,domingo',
    food: 'tortilla,lentejas,gazpacho,arroz con pollo,croquetas',
    phone: '6## ### ###,+34 6########,9## ## ## ##',
  },
  it: {
    first: 'Giulia,Matteo,Chiara,Lorenzo,Federica,Davide,Elisa,Stefano',
    last: 'Ferrari,Colombo,Ricci,Marini,Greco,Conti,Barbieri,Galli',
    city: 'Torino,Bologna,Bari,Verona,Lecce,Genova',
    street: 'via Garibaldi 21,corso Italia 8,piazza Dante 3',
    day: 'lunedì,martedì,mercoledì,giovedì,venerdì,sabato,domenica',
    food: 'risotto ai funghi,parmigiana,carbonara,minestrone,polenta',
    phone: '3## ### ####,+39 3## #######,011 #######',
  },
  nl: {
    first: 'Sanne,Daan,Femke,Bram,Lotte,Jeroen,Anouk,Ruben',
    last: 'de Vries,Jansen,van Dijk,Bakker,Visser,Mulder,Smit',
    city: 'Utrecht,Groningen,Gent,Eindhoven,Haarlem',
    street: 'Kerkstraat 15,Oudegracht 204,Prinsenlaan 6',
    day: 'maandag,dinsdag,woensdag,donderdag,vrijdag,zaterdag,zondag',
    food: 'stamppot,erwtensoep,pannenkoeken,nasi,witlofschotel',
    phone: '06-########,+31 6 ########,020 #######',
  },
  pt: {
    first: 'Beatriz,Tiago,Mariana,Rui,Larissa,Gustavo,Inês,Thiago',
    last: 'Carvalho,Ferreira,Nogueira,Teixeira,Barros,Monteiro,Azevedo',
    city: 'Porto,Braga,Recife,Coimbra,Curitiba',
    street: 'Rua das Flores 88,Av. da República 12,Rua do Sol 305',
    day: 'segunda,terça,quarta,quinta,sexta,sábado,domingo',
    food: 'bacalhau à brás,feijoada,caldo verde,moqueca,arroz de pato',
    phone: '91# ### ###,+351 9########,(11) 9####-####',
  },
  pl: {
    first: 'Zosia,Kamil,Agnieszka,Piotr,Magda,Tomek,Ola,Bartek',
    last: 'Wiśniewska,Kowalczyk,Zieliński,Mazur,Dąbrowska,Lis',
    city: 'Kraków,Gdańsk,Poznań,Wrocław,Łódź',
    street: 'ul. Polna 4/12,ul. Długa 31,al. Róż 7',
    day: 'poniedziałek,wtorek,środę,czwartek,piątek,sobotę,niedzielę',
    food: 'pierogi,żurek,bigos,placki ziemniaczane,rosół',
    phone: '5## ### ###,+48 6## ### ###',
  },
  sv: {
    first: 'Elsa,Oskar,Maja,Anders,Linnéa,Johan,Karin,Viktor',
    last: 'Lindberg,Nyström,Ek,Sandberg,Holm,Forsberg,Wallin',
    city: 'Uppsala,Malmö,Umeå,Örebro,Lund',
    street: 'Storgatan 11,Björkvägen 5,Kungsgatan 62',
    day: 'måndag,tisdag,onsdag,torsdag,fredag,lördag,söndag',
    food: 'köttbullar,pyttipanna,ärtsoppa,laxgratäng,kanelbullar',
    phone: '070-### ## ##,+46 73 ### ## ##',
  },
};

const MAIL_HOSTS = ['gmail.com', 'outlook.com', 'gmx.net', 'icloud.com', 'proton.me', 'web.de', 'orange.fr'];
const SITES = ['Netflix', 'Spotify', 'Amazon', 'eBay', 'Disney+', 'PayPal', 'LinkedIn', 'Dropbox', 'Zalando'];
const COMPANIES = [
  'Nordwind',
  'Fairmont Dental',
  'Bluebird Studio',
  'Kestrel Labs',
  'Ostsee Reisen',
  'Mintleaf',
];
const HOSTS = [
  'db.kestrel.io',
  '10.0.4.17',
  'srv02.mintleaf.net',
  'localhost',
  'nas.local',
  'pg.bluebird.dev',
];
const LOGINS = ['admin', 'root', 'deploy', 'app', 'svc_backup', 'wp_user', 'reporting'];

/** Letters as mail addresses and account names have them. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}

/** The slots any message of a language may use. */
export function slotsOf(language: Language): Slots {
  const here = SURROUNDINGS[language];
  const word = (list: string) => (random: Random) => random.pick(list.split(','));
  const first = word(here.first);
  const last = word(here.last);
  return {
    first,
    last,
    name: (random) => `${first(random)} ${last(random)}`,
    city: word(here.city),
    street: word(here.street),
    day: word(here.day),
    food: word(here.food),
    phone: (random) => word(here.phone)(random).replace(/#/g, () => random.digits(1)),
    email: (random) => emailOf(first(random), last(random), random),
    login: (random) => random.pick(LOGINS),
    host: (random) => random.pick(HOSTS),
    site: (random) => random.pick(SITES),
    company: (random) => random.pick(COMPANIES),
    time: (random) => `${random.between(7, 21)}:${random.pick(['00', '15', '30', '45'])}`,
    date: (random) => `${random.padded(1, 28, 2)}.${random.padded(1, 12, 2)}.${random.between(2024, 2026)}`,
    isoDate: (random) =>
      `${random.between(2023, 2026)}-${random.padded(1, 12, 2)}-${random.padded(1, 28, 2)}`,
    birth: (random) => `${random.padded(1, 28, 2)}/${random.padded(1, 12, 2)}/${random.between(1948, 2004)}`,
    year: (random) => String(random.between(1995, 2026)),
    small: (random) => String(random.between(2, 12)),
    tens: (random) => `${random.between(3, 8)}0`,
    number: (random) => String(random.between(13, 980)),
    amount: (random) => `${random.between(3, 890)}${random.pick(['.', ','])}${random.padded(0, 99, 2)}`,
    expiry: (random) => `${random.padded(1, 12, 2)}/${random.pick(['', '20'])}${random.between(26, 31)}`,
    cvv: (random) => random.digits(3),
    digits4: (random) => random.digits(4),
    digits8: (random) => `${random.between(1, 9)}${random.digits(7)}`,
  };
}

function emailOf(first: string, last: string, random: Random): string {
  const name = random.pick([
    `${plainLetters(first)}.${plainLetters(last)}`,
    `${plainLetters(first)}${random.digits(2)}`,
    `${plainLetters(first).charAt(0)}.${plainLetters(last)}`,
    plainLetters(last) + plainLetters(first).charAt(0),
  ]);
  return `${name}@${random.pick(MAIL_HOSTS)}`;
}
