/** API keys and tokens in the forms that their makers gave them. */
import type { Finding } from './finding.js';
import { isPlaceholder } from './placeholders.js';
import { hasTurns, looksRandom } from './randomness.js';

/** Each begins a token that goes on with letters, digits, dashes and underscores; as its maker documents it. */
const BEGINNINGS =
  'sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or-v1- sk-lf- sk- sess- gsk_ hf_ r8_ xai- pplx- tvly- lsv2_ fw_ nvapi- csk- jina_ ' +
  'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent- ATATT3 ATBB ATCTT3 HRKU- ' +
  'xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-1- AIza ya29. GOCSPX- 1//0 sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ whsec_ ' +
  'SG. key- xkeysib- re_ npm_ pypi- rubygems_ cio dckr_pat_ dop_v1_ doo_v1_ dor_v1_ dapi shpat_ shpca_ shppa_ shpss_ PMAK- lin_api_ lin_oauth_ ntn_ ' +
  'secret_ figd_ hvs. hvb. atlasv1. glsa_ glc_ NRAK- NRII- sntrys_ sntryu_ dp.pt. dp.st. pscale_tkn_ pscale_pw_ pul- sbp_ sb_secret_ tskey-auth- tskey-api- tskey-client- ' +
  'fm2_ fo1_ ops_eyJ EAAA EAA sq0atp- sq0csp- sk.eyJ rzp_live_ rzp_test_ FLWSECK- access_token$production$ LTAI AQVN y0_ sl. CFPAT- duffel_live_ ' +
  'frameio- ico- mct_ syt_ phx_ phc_ posthog_ cfut_ v1.0- patr_ napi_ waka_ ddapi_ vcp_ vercel_blob_rw_ bkua_ CCIPAT_ tfp_ ey_ oauth: shippo_live_ EZAK lip_ aio_ signal- dG9rOm';
const BEGUN = new RegExp(
  `(?<![A-Za-z\\d_])(?:${BEGINNINGS.split(' ')
    .toSorted((one, other) => other.length - one.length)
    .map(escaped)
    .join('|')})([A-Za-z\\d_.=-]{16,})`,
  'g',
);

/** Those whose form is more than a beginning. */
const FORMS: readonly RegExp[] = [
  /(?<![A-Za-z\d])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z\d])/g, // AWS
  /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[\w/]{20,}/g,
  /https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,20}\/[\w-]{40,}/g,
  /https:\/\/[\w-]{1,60}\.webhook\.office\.com\/[\w@/-]{40,}/g,
  /(?<![A-Za-z\d])(?:SK|AC)[\da-f]{32}(?![A-Za-z\d])/g, // Twilio
  /(?<![A-Za-z\d])[\da-f]{32}-us\d{1,2}(?!\w)/g, // Mailchimp
  /(?<!\d)\d{8,10}:[A-Za-z\d_-]{35}(?![A-Za-z\d_-])/g, // Telegram bots
  /(?<![\w.-])[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}/g, // Discord
  /(?<![A-Za-z\d_-])eyJ[A-Za-z\d_-]{10,}\.[A-Za-z\d_-]{10,}(?:\.[A-Za-z\d_-]*){1,3}/g, // JWT and JWE
  /(?:Account|SharedAccess)Key=[A-Za-z\d+/]{40,}={0,2}/g, // Azure
  /(?<![\w~.-])[A-Za-z\d_~.]{3}\dQ~[A-Za-z\d_~.-]{31,34}/g, // Azure's client secrets
  /(?<![\w.])pat[A-Za-z\d]{14}\.[\da-f]{64}/g, // Airtable
  /(?<![A-Za-z\d])SG\.[\w-]{16,}\.[\w-]{16,}/g, // SendGrid
  /(?<![A-Za-z\d])whsec_[A-Za-z\d+/=]{24,}/g, // Stripe's and others' hooks
];

export function findTokensByForm(text: string): Finding[] {
  const kind = 'API key or token';
  const begun = [...text.matchAll(BEGUN)].flatMap(({ 0: whole, 1: body = '', index: from }): Finding[] => {
    // A token of one case has little but its length to tell it; a word made of words has dashes.
    const isMade =
      looksRandom(body) ||
      hasTurns(body) ||
      (/^[A-Za-z\d]{30,}$/.test(body) && /[A-Z]/.test(body) && /[a-z]/.test(body));
    return isMade && !isPlaceholder(whole)
      ? [{ kind, from, to: from + whole.replace(/\.+$/, '').length }]
      : [];
  });
  const formed = FORMS.flatMap((form) =>
    [...text.matchAll(form)].map(({ 0: whole, index: from }): Finding => ({
      kind,
      from,
      to: from + whole.length,
    })),
  );
  return [...begun, ...formed];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
