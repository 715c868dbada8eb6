/** Messages in which somebody gives a social security number, or what their country has in its place. */
import { Deck, type Random } from '../sensitive/random.js';
import { IDENTITY_NUMBERS, type IdentityKind } from './identity-numbers.js';
import type { Language } from './people.js';
import { write, type Wording } from './telling.js';

type Told = Readonly<
  Record<IdentityKind, { language: Language; prose: readonly string[]; pasted: readonly string[] }>
>;

const TOLD: Told = {
  american: {
    language: 'en',
    prose: [
      'my ssn is {{secret}}, fill in the w-9 for me',
      'Social security number {{secret}}, born {{birth}}. Please finish the rental application.',
      'they need {{first}}s social for the school form: {{secret}}',
      'SSN: {{secret}}',
      'Can you check if I typed my Social correctly on the tax return? It should be {{secret}} and my wife is the primary filer, we moved to {{city}} in {{year}} so the address changed too.',
      'The HR portal locked me out, call them and verify with dob {{birth}} and SSN {{secret}}',
      'lost my card from the SSA, number was {{secret}}, how do I get a replacement',
    ],
    pasted: [
      'Form W-4\nFirst name: {{first}}\nLast name: {{last}}\nSocial security number: {{secret}}\nAddress: {{street}}, {{city}}\nFiling status: [x] Single',
      '{"employee":{"name":"{{name}}","ssn":"{{secret}}","start":"{{isoDate}}"}}\ncan u write a validator for this',
      'BACKGROUND CHECK CONSENT\nI, {{name}}, SSN {{secret}}, authorize {{company}} to obtain a consumer report.\nDate: {{date}}',
      'employee_id,last_name,ssn,salary\n1042,{{last}},{{secret}},61250',
    ],
  },
  british: {
    language: 'en',
    prose: [
      'my national insurance number is {{secret}} - can you register me for self assessment',
      'NI number {{secret}} for the new job, starts {{day}}',
      'HMRC letter says my NINO is {{secret}}, is that the same as a UTR?',
    ],
    pasted: [
      'New starter form\nFull name: {{name}}\nDOB: {{birth}}\nNational Insurance No: {{secret}}\nStudent loan: Plan 2',
    ],
  },
  canadian: {
    language: 'en',
    prose: [
      'my SIN is {{secret}}, please add it to the CRA form',
      'Social insurance number {{secret}} ({{name}}, born {{birth}})',
    ],
    pasted: [
      'TD1 Personal Tax Credits Return\nLast name: {{last}}\nSocial insurance number: {{secret}}\nProvince: Ontario',
    ],
  },
  french: {
    language: 'fr',
    prose: [
      'mon numéro de sécu : {{secret}}',
      "Mon numéro de sécurité sociale c'est {{secret}}, tu peux remplir la feuille de soins ?",
      'numéro SS de {{first}} {{secret}} pour la mutuelle',
    ],
    pasted: [
      'Déclaration d’embauche\nNom : {{last}}\nPrénom : {{first}}\nN° de sécurité sociale : {{secret}}\nAdresse : {{street}}, {{city}}',
    ],
  },
  german: {
    language: 'de',
    prose: [
      'meine Rentenversicherungsnummer ist {{secret}}, brauchst du für den Antrag',
      'SV-Nummer: {{secret}}',
      'Der neue Arbeitgeber will meine Sozialversicherungsnummer, die lautet {{secret}}. Schreib bitte eine kurze Mail an {{first}} {{last}}.',
    ],
    pasted: [
      'Personalfragebogen\nName, Vorname: {{last}}, {{first}}\nAnschrift: {{street}}, {{city}}\nRentenversicherungsnr.: {{secret}}\nKrankenkasse: TK',
      'Betreff: Minijob\n\nHallo {{first}},\nanbei meine Daten:\nSozialversicherungsnummer {{secret}}\nEintritt {{date}}\nGruß, {{name}}',
    ],
  },
  austrian: {
    language: 'de',
    prose: [
      'meine SVNR: {{secret}}, für den Termin bei der ÖGK',
      'Sozialversicherungsnummer (e-card) {{secret}}, kannst du mich beim Arzt in {{city}} anmelden',
    ],
    pasted: ['Anmeldung Ordination Dr. {{last}}\nName: {{name}}\nSV-Nr.: {{secret}}\nTelefon: {{phone}}'],
  },
  swiss: {
    language: 'de',
    prose: ['meine AHV-Nummer ist {{secret}}', 'Für die Steuererklärung: AHV-Nr. {{secret}}, Wohnort Bern'],
    pasted: ['Lohnausweis {{year}}\nArbeitnehmer: {{name}}\nAHV-Nr. {{secret}}\nBruttolohn: 78 400'],
  },
  dutch: {
    language: 'nl',
    prose: [
      'mijn BSN is {{secret}}, kun je het formulier van de gemeente invullen',
      'burgerservicenummer {{first}}: {{secret}} (voor de huisarts)',
      'De school vraagt om het bsn van {{first}}, dat is {{secret}} toch?',
    ],
    pasted: [
      'Aanmelding huisarts\nNaam: {{name}}\nGeboortedatum: {{birth}}\nBSN: {{secret}}\nAdres: {{street}}, {{city}}',
    ],
  },
  spanishCitizen: {
    language: 'es',
    prose: [
      'mi DNI es {{secret}}, rellena la solicitud porfa',
      'Para el contrato de alquiler: {{name}}, con DNI {{secret}}',
    ],
    pasted: ['Hoja de inscripción\nNombre: {{name}}\nDNI/NIF: {{secret}}\nTeléfono: {{phone}}'],
  },
  spanishForeigner: {
    language: 'es',
    prose: [
      'Mi NIE: {{secret}} , pide cita en extranjería',
      'NIE {{secret}} para abrir la cuenta en el banco',
    ],
    pasted: [],
  },
  spanishInsured: {
    language: 'es',
    prose: [
      'mi número de la seguridad social es {{secret}}',
      'nº afiliación Seguridad Social {{secret}}, me lo pide la empresa para el alta del {{day}}',
    ],
    pasted: [
      'Datos del trabajador\nNombre: {{name}}\nNúm. Seguridad Social (NAF): {{secret}}\nPuesto: camarero',
    ],
  },
  italian: {
    language: 'it',
    prose: [
      'il mio codice fiscale è {{secret}}',
      'per la fattura dal dentista ti serve il CF: {{secret}}',
      'prenota la visita al CUP, codice fiscale di mia madre {{secret}}, impegnativa già fatta',
    ],
    pasted: [
      'Modulo di iscrizione palestra\nNome e cognome: {{name}}\nCodice fiscale: {{secret}}\nIndirizzo: {{street}}, {{city}}',
    ],
  },
  polish: {
    language: 'pl',
    prose: ['mój PESEL to {{secret}}', 'zapisz mnie do lekarza na {{day}}, pesel {{secret}}'],
    pasted: ['Umowa zlecenie\nImię i nazwisko: {{name}}\nPESEL: {{secret}}\nAdres: {{street}}, {{city}}'],
  },
  swedish: {
    language: 'sv',
    prose: [
      'mitt personnummer är {{secret}}',
      'Boka tid på vårdcentralen för {{first}}, personnr {{secret}}',
    ],
    pasted: ['Anställningsavtal\nNamn: {{name}}\nPersonnummer: {{secret}}\nTillträde: {{isoDate}}'],
  },
  portuguese: {
    language: 'pt',
    prose: [
      'o meu NISS é {{secret}}',
      'Número de Segurança Social {{secret}}, preciso da declaração para o senhorio',
    ],
    pasted: [],
  },
};

export function identityDeck(random: Random): () => { text: string; secret: string } {
  const deck = new Deck<{ kind: IdentityKind; wording: Wording }>(
    random,
    (Object.keys(TOLD) as IdentityKind[]).flatMap((kind) => {
      const { language, prose, pasted } = TOLD[kind];
      return [
        ...prose.map((template) => ({ kind, wording: { template, language, prose: true } })),
        ...pasted.map((template) => ({ kind, wording: { template, language, prose: false } })),
      ];
    }),
  );
  return () => {
    const { kind, wording } = deck.deal();
    const secret = IDENTITY_NUMBERS[kind](random);
    return { text: write(wording, { secret: () => secret }, random), secret };
  };
}
