/** The plain strong cases in French, folded: without accents. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  TON: list('ton ta tes votre vos leur sa son ses'),
  PROCHES: list('famille maison femme mari enfants enfant fils fille mere pere frere soeur voiture magasin chien'),
  TUER: list('tuer buter egorger massacrer violer crever etrangler poignarder bruler defoncer demolir'),
  GROUPE: list(
    'juifs arabes musulmans noirs immigres migrants refugies etrangers femmes homosexuels gays lesbiennes tziganes gitans roms asiatiques chinois africains pedes bougnoules trans',
  ),
  NUISIBLE: list(
    'parasites animaux rats vermine cafards singes terroristes criminels voleurs merde ordures dechets sauvages chiens porcs inferieurs degeneres cancer peste',
  ),
};
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

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
  threat('self-harm-fr', '!suicide toi'),
  threat('self-harm-fr', '^ !va mourir|crever'),
  hate(
    'slur-fr',
    '!bougnoule|bougnoules|bougnoul|youpin|youpins|youpine|bicot|bicots|negresse|tarlouze|tarlouzes|gouine|gouines|pede|pedes|bamboula|bamboulas|chinetoque|chinetoques|enturbanne',
  ),
  hate('slur-fr', 'sale|sales !arabe|arabes|juif|juifs|juive|negre|negres|gitan|gitans|pede|tapette'),
  hate('dehumanising-fr', '!GROUPE sont ~1 NUISIBLE'),
  hate('violence-fr', '!mort|mortes aux GROUPE', { unless: 'musee memorial histoire' }),
  hate('violence-fr', 'tuer|expulser|bruler|gazer|exterminer ~1 tous|toutes|les ~1 !GROUPE', {
    unless: 'musee memorial histoire',
  }),
  profanity(
    'word-fr',
    '!connard|connards|connasse|connasses|enculer|encule|encules|salope|salopes|putain|putains|salaud|salauds|enfoire|enfoires|temmerde|emmerder|emmerdeur|niquer|branleur|branleurs|branler|fdp|ntm',
  ),
  profanity('insult-fr', '!nique|niquer|niquez ta|vos|leur mere|race'),
  profanity('insult-fr', '!fils|fille de pute'),
  profanity('insult-fr', 'ferme|fermez|ta|TON !gueule'),
  profanity('insult-fr', 'faire !foutre|mettre $|connard|toi|encule'),
  profanity('insult-fr', 'pauvre|gros|sale|espece|bande ~1 !con|conne|cons|pute|putes|merde'),
  profanity('vulgar-fr', '!suce|sucer|lecher|leche ma|mes|TON bite|couilles|chatte'),
  profanity('mild-fr', '!merde|bordel|foutu', { gravity: 'mild' }),
];
