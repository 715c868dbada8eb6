/** Messages in which somebody hands over the number of a payment card. */
import { Deck, type Random } from '../sensitive/random.js';
import { drawCard } from './cards.js';
import { wordingsOf, write, type Templates } from './telling.js';

const TOLD: Templates = {
  en: [
    'can you book the {{city}} hotel with my card pls, {{secret}} exp {{expiry}} cvv {{code}}',
    'My {{brand}} is {{secret}}, valid until {{expiry}}, the three digits on the back are {{code}}.',
    'use this card for the flowers: {{secret}}',
    'Mum says put it on hers, number {{secret}} name on card {{name}}',
    '{{secret}}\n{{expiry}}\n{{code}}\n{{name}}',
    'Please update my payment method at {{site}}. New card number: {{secret}} (expires {{expiry}}). The old one was cancelled last week because someone used it in a petrol station in {{city}}.',
    'The lady on the phone wants the card number again?? its {{secret}}',
    'company {{brand}} for the trip -> {{secret}} {{expiry}} {{code}}, keep receipts',
    'Wrote it down for you: {{brand}} {{secret}}. Billing address {{street}}, {{city}}',
    'remember my credit card {{secret}} so I dont have to look it up every time',
    'I got charged £{{amount}} twice on {{secret}}, can you draft a complaint to the bank? It happened on {{day}}.',
    'is {{secret}} a valid {{brand}} number? checkout keeps rejecting it',
    'new card came today 🎉 {{secret}} exp {{expiry}}',
    "Don't use the blue one, use {{secret}} for the insurance and cancel the trial at {{site}} by {{day}}",
  ],
  de: [
    'Meine Kreditkartennummer: {{secret}}, gültig bis {{expiry}}, Prüfziffer {{code}}',
    'buch das bitte mit der {{brand}} {{secret}} bis {{expiry}} cvc {{code}}',
    'Kannst du die Bahntickets nach {{city}} zahlen? Karte {{secret}}, Inhaber {{name}}',
    'die neue karte: {{secret}}',
    'Ich möchte die Karte sperren lassen, Nummer {{secret}}, wurde mir am {{day}} in {{city}} geklaut. Schreib bitte der Bank.',
    'Firmenkarte fürs Hotel ({{brand}}): {{secret}}\nAblauf {{expiry}}\nCVV {{code}}\nRechnung an {{company}}',
  ],
  fr: [
    'Ma carte bleue : {{secret}} exp {{expiry}} crypto {{code}}',
    'tu peux payer le train avec ma {{brand}} {{secret}} stp ? date {{expiry}}',
    'Voici le numéro de carte pour la réservation au nom de {{name}} : {{secret}}, expire fin {{expiry}}.',
    'le numéro de ma CB c est {{secret}}',
    'On m’a débité {{amount}} € sans raison sur la carte {{secret}}, tu peux écrire à la banque ?',
  ],
  es: [
    'paga el hotel con mi tarjeta {{secret}} caduca {{expiry}} cvv {{code}}',
    'Número de tarjeta: {{secret}}\nTitular: {{name}}\nCaducidad: {{expiry}}',
    'la {{brand}} nueva es {{secret}}, guárdala porfa',
    'me piden la tarjeta otra vez para el alquiler del coche en {{city}}: {{secret}}, {{expiry}}, {{code}}',
  ],
  it: [
    'prenota con la mia carta {{secret}} scadenza {{expiry}} cvv {{code}}',
    'Il numero della carta di credito è {{secret}}, intestata a {{name}}',
    'ho bloccato la vecchia, quella nuova è {{brand}} {{secret}}',
  ],
  nl: [
    'mijn creditcard: {{secret}}, geldig t/m {{expiry}}, cvc {{code}}',
    'Kun je de huurauto betalen met {{secret}}? Vervaldatum {{expiry}}, op naam van {{name}}',
  ],
  pt: [
    'cartão {{brand}} {{secret}} validade {{expiry}} cvv {{code}}, compra as passagens',
    'O número do meu cartão de crédito é {{secret}}, em nome de {{name}}',
  ],
  pl: ['numer karty: {{secret}} ważna do {{expiry}} cvv {{code}}', 'zapłać za hotel moją kartą {{secret}}'],
  sv: [
    'mitt kortnummer är {{secret}}, giltigt till {{expiry}}, cvc {{code}}',
    'boka med kortet {{secret}} {{expiry}} tack',
  ],
};

const FORMS: Templates = {
  en: [
    'HOTEL CREDIT CARD AUTHORIZATION FORM\nGuest name: {{name}}\nArrival: {{date}}\nCard type: {{brand}}\nCard number: {{secret}}\nExp. date: {{expiry}}\nSignature: ____________',
    'Fwd: booking\n\nDear {{first}},\nplease charge the deposit of {{amount}} EUR to the following card:\n\n{{name}}\n{{secret}}\n{{expiry}} / {{code}}\n\nKind regards\n{{company}}',
    '[{{date}}, {{time}}] {{first}}: what was the card again\n[{{date}}, {{time}}] Dad: {{secret}}\n[{{date}}, {{time}}] Dad: {{expiry}}',
    'Conference registration – step 3 of 4\nName on card  {{name}}\nNumber  {{secret}}\nMM/YY  {{expiry}}\nCVC  {{code}}\nAmount due  € {{amount}}\n\nit says "invalid input" when I press pay, what is wrong?',
  ],
  de: [
    'Teilnahmeformular\nName: {{name}}\nStraße: {{street}}\nOrt: {{city}}\nZahlung per [x] Kreditkarte [ ] Rechnung\nKartennr.: {{secret}}\ngültig bis: {{expiry}}',
    'Von: {{email}}\nBetreff: Anzahlung Ferienwohnung\n\nHallo {{first}},\nhier meine Kartendaten für die Kaution:\n{{secret}}, {{expiry}}, {{code}}\nLG',
  ],
  fr: [
    'Formulaire de don\nNom : {{name}}\nMontant : {{amount}} €\nN° de carte : {{secret}}\nExpiration : {{expiry}}\nCryptogramme : {{code}}',
  ],
  es: [
    'Reserva restaurante, {{day}} {{time}}, {{small}} personas\nGarantía con tarjeta: {{secret}} ({{expiry}})\nA nombre de {{name}}',
  ],
};

const FILES: Templates = {
  en: [
    '{"cardholder":"{{name}}","card_number":"{{secret}}","exp":"{{expiry}}","cvc":"{{code}}"}\nwhy does this return 402?',
    'curl https://pay.kestrel.io/v1/charges -d amount=4900 -d currency=eur -d "card[number]={{secret}}" -d "card[cvc]={{code}}"',
    'id;name;pan;expiry\n17;{{name}};{{secret}};{{expiry}}\n\ncan you turn this csv into a table',
    '{{isoDate}} 14:03:22 ERROR PaymentService - declined pan={{secret}} expiry={{expiry}} reason=insufficient_funds',
    "INSERT INTO payment_methods (user_id, brand, number, expires) VALUES ({{number}}, '{{brand}}', '{{secret}}', '{{expiry}}');",
  ],
};

export function cardDeck(random: Random): () => { text: string; secret: string } {
  const deck = new Deck(random, [
    ...[...wordingsOf(TOLD), ...wordingsOf(FORMS, false)].map((wording) => ({ wording, compact: false })),
    ...wordingsOf(FILES, false).map((wording) => ({ wording, compact: true })),
  ]);
  return () => {
    const { wording, compact } = deck.deal();
    const card = drawCard(random, compact);
    const slots = { secret: () => card.number, brand: () => card.brand, code: () => card.code };
    return { text: write(wording, slots, random), secret: card.number };
  };
}
