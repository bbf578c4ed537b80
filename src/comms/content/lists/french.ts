/** The plain strong cases in French, folded: without accents. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  TON: list('ton ta tes votre vos leur sa son ses'),
  PROCHES: list('famille maison femme mari enfants enfant fils fille mere pere frere soeur voiture magasin chien'),
  TUER: list('tuer buter egorger massacrer violer crever etrangler poignarder bruler defoncer demolir'),
  PAIE: list('paie paies payez paye payes envoie envoyez donne donnez fais faites vire virez'),
  GROUPE: list(
    'juifs arabes musulmans noirs immigres migrants refugies etrangers femmes homosexuels gays lesbiennes tziganes gitans roms asiatiques chinois africains pedes bougnoules trans',
  ),
  NUISIBLE: list(
    'parasites animaux rats vermine cafards singes terroristes criminels voleurs merde ordures dechets sauvages chiens porcs inferieurs degeneres cancer peste',
  ),
};
const OFFRE =
  'soldes offre offres reservez reserver billets places promo promotion prix essai rater ratez manquez inscrivez';
const COLIS = 'colis livraison livreur taxi adresse commande paquet gare restaurant rendez';
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

/** Before what is asked or supposed. */
const ASKED = 'si pour quand comment ne';

export const FRENCH: readonly Rule[] = [
  threat('harm-fr', 'vais|va|allons|vont te !TUER', { unless: 'jeu facture partie echecs' }),
  threat('harm-fr', 'vais|va|allons|vont !bruler|tuer|violer|massacrer|egorger ~1 TON PROCHES'),
  threat('harm-fr', 'vais|va|allons|vont vous !tuer|buter|egorger|massacrer|violer', { unless: 'jeu rire' }),
  threat('harm-fr', 'vais|va|vont !tegorger|tetrangler|teventrer'),
  threat('harm-fr', 'je|on te !tue|bute|creve|egorge|plante|descends|saigne $|si|toi|ce'),
  threat('harm-fr', '!casse|casser|briser|brise|peter|pete ~1 les|la|TON jambes|genoux|bras|gueule|dents|machoire|cou'),
  threat('die-fr', 'tu vas !mourir|crever|saigner|souffrir', { unless: 'rire jeu niveau' }),
  threat('die-fr', 'tu es !mort|morte $|si', { unless: 'rire jeu niveau' }),
  threat('where-fr', 'sais|savons ou ~1 !habites|vis|travailles ~3 vais|va|tuer|venir|viens|TON|bruler'),
  // without a word of violence
  threat(
    'found-fr',
    'je|on|nous !sais|sait|savons ~1 ou ~1 tu|vous habites|habitez|vis|vivez|travailles|dors $|et|toi',
    { notAfter: ASKED, unless: COLIS },
  ),
  threat('found-fr', 'sais|sait|savons ou ~1 vont|va|jouent|joue|habite|habitent ~1 TON !PROCHES', { unless: COLIS }),
  threat('found-fr', 'on|je|nous va|vais|allons te|vous !retrouver|trouver|choper|attraper|avoir $|et|ou', {
    unless: `${COLIS} jeu`,
  }),
  threat('found-fr', 'on|je te|vous !retrouvera|retrouverai|surveille|observe $|et|jour|depuis|nuit', {
    notAfter: ASKED,
    unless: `${COLIS} bebe`,
  }),
  threat('harm-fr', 'tu|il|vous es|est|etes un|une homme|femme !mort|morte', { unless: 'jeu film roman' }),
  threat('found-fr', 'sait|sais|savons ou ~1 te|vous !trouver', { unless: COLIS }),
  threat('regret-fr', 'vais|va|allons te|vous faire !regretter|payer|souffrir', { unless: OFFRE }),
  threat('regret-fr', 'tu|vous vas|allez ?tous ?le ?la ?vraiment ?bien ?amerement !regretter $|amerement|ca|de|si', {
    unless: OFFRE,
  }),
  threat('regret-fr', 'le !regretteras|regretterez $|amerement|toute|si', { notAfter: ASKED, unless: OFFRE }),
  threat('regret-fr', 'tu|vous vas|allez me|nous|le ?le !payer $|cher|tres', { unless: `${OFFRE} carte facture` }),
  threat('regret-fr', 'tu|vous me|nous|le|la ?le !paieras|paierez $|cher|tres', { unless: `${OFFRE} carte facture` }),
  threat('regret-fr', 'tu|vous vas|allez !payer pour ce|ca', { unless: `${OFFRE} carte facture` }),
  threat(
    'extortion-fr',
    'si tu|vous ?ne !paies|payes|paye|payez ?pas ~1 tout|tous|TON ~3 verra|verront|saura|sauront',
    { evenNegated: true },
  ),
  threat('watch-your-back-fr', 'surveille|surveillez|assure|protege TON !arrieres'),
  threat(
    'shame-if-fr',
    '!dommage|malheureux|triste ~1 il|elle|quil|quelle|si|que ~4 arrive|arrivait|arrivent|brule|brulait|accident',
    {
      unless: `${OFFRE} assurance assurez assurer protegez`,
    },
  ),
  threat('shame-if-fr', 'il va ~1 !arriver malheur|quelque|un|des', { unless: 'assurance assurez' }),
  threat('never-again-fr', 'TON !jours sont comptes', { unless: OFFRE }),
  threat('never-again-fr', 'tu|vous es|seras|serez le|la !prochain|prochaine|suivant|suivante $', {
    notAfter: ASKED,
    unless: 'file tour salle jeu',
  }),
  threat('never-again-fr', '!reverras|reverrez ~1 jamais|plus|pas ~1 TON PROCHES', {
    evenNegated: true,
    unless: 'hopital',
  }),
  threat('never-again-fr', 'si tu|vous veux|voulez ~1 revoir TON !PROCHES', { unless: 'hopital ehpad visite visites' }),
  threat(
    'never-again-fr',
    'tu|vous vas|allez ?tous finir dans|a|au|en|sous ~1 !fosse|riviere|coffre|cercueil|seine|morgue|fauteuil|terre',
  ),
  threat(
    'never-again-fr',
    'tu|vous finiras|finirez dans|a|au|en|sous ~1 !fosse|riviere|coffre|cercueil|seine|morgue|fauteuil|hopital|terre',
  ),
  threat('quiet-fr', 'sais|savez ce qui ~1 !arrive|arrivera|arrive aux|a ~1 ceux|TON|balances|gens'),
  threat('quiet-fr', 'si tu|vous tiens|tenez a la|TON !vie'),
  threat('quiet-fr', 'si tu|vous tiens|tenez a TON !PROCHES', {
    also: 'tais silence police paie payez ferme parle',
    unless: OFFRE,
  }),
  threat('end-you-fr', 'je|on vais|va te|vous !detruire|ruiner|pourrir|finir', {
    notAfter: ASKED,
    unless: 'jeu partie echecs',
  }),
  threat('end-you-fr', 'vais|va|allons detruire|ruiner|pourrir|briser TON !vie|carriere|reputation|famille|couple'),
  threat(
    'extortion-fr',
    'PAIE ~8 ou ~1 tout|tous|toute|TON ~3 !verra|verront|saura|sauront|voit|sait|apprendra|apprend',
  ),
  threat(
    'extortion-fr',
    'ou|sinon je|on|nous ~1 !publie|balance|diffuse|publions|diffusons|poste|montre ~2 photos|photo|video|videos|tout',
  ),
  threat(
    'extortion-fr',
    'sinon ?je ?on ?nous !envoie|envoyons|publie|balance|diffuse|poste|montre ~2 photos|photo|video|videos|tout',
  ),
  threat(
    'extortion-fr',
    'si tu|vous ?ne !paies|payes|paye|payez|parles|parlez ?pas ~1 je|on|nous ~1 brule|brulons|tue|tuons|casse|creve|publie|balance|diffuse|poste',
    { evenNegated: true },
  ),
  threat('extortion-fr', 'on|je|nous en !prend|prends|prendra|prenons a|aux TON ~1 PROCHES'),
  threat('self-harm-fr', '!suicide toi'),
  threat('self-harm-fr', '^ !va mourir|crever'),
  hate(
    'slur-fr',
    '!bougnoule|bougnoules|bougnoul|youpin|youpins|youpine|bicot|bicots|negresse|tarlouze|tarlouzes|gouine|gouines|pede|pedes|bamboula|bamboulas|chinetoque|chinetoques|enturbanne',
  ),
  hate('slur-fr', 'sale|sales !arabe|arabes|juif|juifs|juive|negre|negres|gitan|gitans|pede|tapette'),
  hate('dehumanising-fr', '!GROUPE sont ~2 NUISIBLE'),
  hate('violence-fr', '!GROUPE devraient|doivent ~1 mourir|crever|bruler|disparaitre', {
    unless: 'musee memorial histoire',
  }),
  hate('exclusion-fr', 'juifs !controlent|dirigent|possedent|tiennent ~1 tout|banques|medias|monde|presse', {
    unless: 'musee memorial histoire mythe',
  }),
  hate('exclusion-fr', '!GROUPE dehors $|de', { unless: 'musee memorial histoire' }),
  hate('exclusion-fr', 'dehors ~1 les ~1 !GROUPE', { unless: 'musee memorial histoire' }),
  hate('exclusion-fr', 'retourne|retournez|rentre|rentrez dans TON !pays|bled', { unless: 'visa vacances vol' }),
  hate('violence-fr', '!mort|mortes aux GROUPE', { unless: 'musee memorial histoire' }),
  hate('violence-fr', 'tuer|expulser|bruler|gazer|exterminer ~1 tous|toutes|les ~1 !GROUPE', {
    unless: 'musee memorial histoire',
  }),
  profanity('word-fr', '!putain|putains', { unless: 'theatre sartre piece roman film cinema' }),
  profanity(
    'word-fr',
    '!connard|connards|connasse|connasses|enculer|encule|encules|salope|salopes|salaud|salauds|enfoire|enfoires|temmerde|emmerder|emmerdeur|niquer|branleur|branleurs|branler|fdp|ntm',
  ),
  profanity('insult-fr', '!nique|niquer|niquez ta|vos|leur mere|race'),
  profanity('insult-fr', '!fils|fille de pute'),
  profanity('insult-fr', 'ferme|fermez|ta|TON !gueule'),
  profanity('insult-fr', 'faire !foutre|mettre $|connard|toi|encule'),
  profanity('insult-fr', 'pauvre|gros|sale|espece|bande ~1 !con|conne|cons|pute|putes|merde'),
  profanity('vulgar-fr', '!suce|sucer|lecher|leche ma|mes|TON bite|couilles|chatte'),
  profanity('mild-fr', '!merde|bordel|foutu', { gravity: 'mild' }),
];
