/** The plain strong cases in German, folded: `ä` is `a`, `ß` is `ss`. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  DEIN: list('dein deine deinen deiner deinem ihr ihre euer eure'),
  LEUTE: list('familie frau mann kind kinder sohn tochter mutter vater bruder schwester haus wohnung auto laden hund'),
  ZAHL: list('zahl zahle zahlt zahlen bezahl bezahle schick schicke uberweis uberweise gib mach tu'),
  GRUPPE: list(
    'juden auslander turken muslime fluchtlinge asylanten zigeuner neger schwarze schwule lesben frauen araber polen russen migranten homosexuelle behinderte kanaken islam asiaten',
  ),
  UNGEZIEFER: list(
    'ungeziefer parasiten dreck ratten tiere abschaum untermenschen pest schmarotzer verbrecher terroristen affen schweine minderwertig mull kriminelle krebs',
  ),
};
const ANGEBOT =
  'angebot angebote rabatt tickets karten platze buchen preis preise verpasst verpassen verpasse gratis aktion newsletter bestellen job bewerbung';
const PAKET = 'paket lieferung bote zusteller taxi adresse bestellung fahrer abholen bahnhof flughafen';
const SCHUTZ = 'versicherung versichert versichern schutz helm rutschig';
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

/** Before what is asked or supposed. */
const ASKED = 'falls ob wenn damit wie nicht sobald bis';

export const GERMAN: readonly Rule[] = [
  threat('harm-de', 'ich|wir !bring|bringe|bringen dich|euch um $|und|wenn|du|ihr|alle'),
  threat(
    'harm-de',
    'ich|wir ~1 werde|werden|will|wollen|wird dich|euch|DEIN ~2 !toten|umbringen|abstechen|erschiessen|vergewaltigen|erwurgen|abknallen|verprugeln|kaltmachen|totschlagen|ermorden',
    { unless: 'spiel schach' },
  ),
  threat('harm-de', 'ich|wir !tote|toten|ermorde|ermorden|erschiess|erschiesse dich|euch', { unless: 'spiel schach' }),
  threat('harm-de', '!bring|bringe|bringen ich|wir dich|euch um'),
  threat('harm-de', '!stech|steche|stechen|knall|knalle|knallen dich|euch ab'),
  threat('harm-de', '!schlag|schlage|schlagen|prugel|prugle|trete|tret dich|euch ~1 tot|kaputt|krankenhausreif'),
  threat('harm-de', '!mach|mache|machen dich|euch kalt|platt', { unless: 'spiel schach pizza' }),
  threat(
    'harm-de',
    '!brech|breche|brechen|schneid|schneide|schneiden dir|euch ~1 die|den|alle|das beine|knochen|hals|kehle|finger|arme|genick|knie',
  ),
  threat('harm-de', 'du bist !tot $|wenn|morgen|bald', { unless: 'spiel level' }),
  threat('harm-de', 'du wirst !sterben|bluten', { unless: 'spiel level lachen' }),
  threat('burn-de', '!brennt|brennen DEIN haus|auto|laden|wohnung'),
  threat('burn-de', '!zunde|zunden|fackel|fackeln|stecke|stecken ~1 DEIN haus|auto|laden|wohnung ~1 an|ab|brand'),
  threat('where-de', 'sonst ~1 !passiert|geschieht ihnen|dir|euch|DEIN ~2 was|etwas|schlimmes'),
  threat('where-de', 'wo DEIN !kinder|kind|familie|frau|tochter|sohn ~3 wohnt|wohnen|gehen|geht|schlaft|spielen'),
  // without a word of violence
  threat(
    'found-de',
    'ich|wir !weiss|wissen ?jetzt ?genau ?schon ?auch wo du|ihr|sie|DEIN ~1 wohnst|wohnt|wohnen|arbeitest|arbeiten|schlafst|parkst $|und|merk|du',
    { notAfter: ASKED, unless: PAKET },
  ),
  threat('found-de', 'wir|ich !kriegen|kriege|finden|finde|holen|hole dich|euch $|und|alle|noch|schon', {
    notAfter: ASKED,
    unless: `${PAKET} ${ANGEBOT} spiel`,
  }),
  threat('found-de', 'wir|ich !beobachten|beobachte dich|euch $|und|schon|seit', { notAfter: ASKED }),
  threat('found-de', 'du !entkommst uns|mir nicht', { evenNegated: true, unless: 'spiel' }),
  threat('found-de', 'du kannst dich ~2 nicht|nirgends|nirgendwo ~1 !verstecken', {
    evenNegated: true,
    unless: 'spiel',
  }),
  threat('die-de', 'du bist ein|eine !toter|tote mann|frau', { unless: 'spiel film' }),
  threat('regret-de', 'du|ihr|das|es wirst|werdet ?du ?ihr ?es ?das ?alles ?mir ?noch ?bitter !bereuen', {
    unless: ANGEBOT,
  }),
  threat('regret-de', 'das|es werden sie ?noch ?bitter !bereuen|bussen', { unless: ANGEBOT }),
  threat('regret-de', 'sie werden es|das ?noch ?bitter !bereuen|bussen', { unless: ANGEBOT }),
  threat('regret-de', 'dafur|das wirst|werdet|werden du|ihr|sie ?mir ?uns ?noch ?teuer !bezahlen|bussen|zahlen $|du', {
    unless: `${ANGEBOT} rechnung raten`,
  }),
  threat('regret-de', 'wirst|werdet dafur|das ?noch ?mir ?uns !bezahlen|bussen $|du', {
    unless: `${ANGEBOT} rechnung raten`,
  }),
  threat(
    'extortion-de',
    'wenn du|ihr|sie ~2 nicht !zahlst|bezahlst|zahlt ~1 sehen|erfahren|wissen ~1 alle|jeder|DEIN',
    { evenNegated: true },
  ),
  threat('found-de', 'ich|wir werde|werden dich|euch !finden|kriegen|jagen $|und', { unless: `${PAKET} spiel` }),
  threat('found-de', 'ich|wir komme|kommen dich|euch !holen $|und', { unless: `${PAKET} uhr` }),
  threat('watch-your-back-de', 'schlaf ~2 mit einem !auge'),
  threat('where-de', 'oder|sonst ~1 !passiert|geschieht ~1 was|etwas|ungluck', {
    also: 'zahl zahle zahlt schweig polizei pass frau tochter sohn familie',
    unless: SCHUTZ,
  }),
  threat(
    'shame-if-de',
    'ware|wars ~2 !schade|jammer|blod ~1 wenn ~4 passiert|passieren|zustosst|zustiesse|brennt|abbrennt|verschwindet|unfall',
    { unless: SCHUTZ },
  ),
  threat('never-again-de', 'DEIN !tage sind gezahlt', { unless: ANGEBOT }),
  threat('never-again-de', '^|und du bist ~1 der|die !nachste|nachster $', {
    unless: 'wartezimmer reihe zimmer bitte spiel',
  }),
  threat('never-again-de', 'willst|wollen du|sie DEIN ~2 !wiedersehen|lebend', { unless: 'krankenhaus heim besuch' }),
  threat('never-again-de', 'wirst|werden du|sie DEIN ~1 LEUTE nie|nicht ~1 !wiedersehen|wieder|lebend', {
    evenNegated: true,
  }),
  threat('never-again-de', 'bist du|ihr ~1 !tot $|du', { unless: 'spiel level' }),
  threat(
    'never-again-de',
    'du landest|endest ~1 im|in|unter|auf ~2 !graben|fluss|krankenhaus|sarg|grab|rollstuhl|friedhof|erde',
  ),
  threat('quiet-de', 'weisst|wissen ~2 was mit ~1 leuten|verratern|denen|zeugen ~4 !passiert'),
  threat('quiet-de', 'wenn dir|ihnen DEIN ~1 LEUTE|leben ~1 !lieb', { unless: SCHUTZ }),
  threat(
    'end-you-de',
    'ich|wir mach|mache|machen|werde|werden dich|euch ~1 !fertig|fertigmachen|vernichten|ruinieren|zerstoren|erledigen',
    { unless: 'spiel schach turnier' },
  ),
  threat('end-you-de', 'zerstore|zerstoren|ruiniere|ruinieren DEIN !leben|ruf|karriere|existenz'),
  threat('extortion-de', 'ZAHL ~8 oder ~1 alle|jeder|DEIN ~3 !sehen|sieht|wissen|weiss|erfahren|erfahrt|bekommen'),
  threat(
    'extortion-de',
    'ZAHL ~8 oder|sonst|ansonsten ~1 !sehen|sieht|erfahren|erfahrt|wissen|weiss|bekommen ~1 alle|jeder|DEIN',
  ),
  threat(
    'extortion-de',
    'oder ich|wir !veroffentliche|veroffentlichen|poste|schicke|schicken|leake|verschicke ~3 bilder|fotos|video|videos|nacktbilder|alles',
  ),
  threat(
    'extortion-de',
    'sonst !veroffentliche|veroffentlichen|poste|schicke|schicken|leake|verschicke ich|wir ~3 nacktbilder|bilder|video|alles',
  ),
  threat(
    'extortion-de',
    'wenn du|ihr|sie ~2 nicht !zahlst|bezahlst|zahlt ~1 brennt|brennen|zunde|veroffentliche|veroffentlichen|schicke|verschicken|poste|stirbt|sterben|tote|toten',
    { evenNegated: true },
  ),
  threat('self-harm-de', '^|geh|los ~1 !bring dich um $|selbst|doch'),
  threat('self-harm-de', '!hang|erhang dich ?doch auf $'),
  hate(
    'slur-de',
    '!kanake|kanaken|kanacke|kanacken|neger|negern|schwuchtel|schwuchteln|kummelturke|kummelturken|judensau|saujude|saujuden|drecksjude|zigeunerpack|schlitzauge|schlitzaugen|untermensch|untermenschen|kameltreiber',
  ),
  hate('dehumanising-de', '!GRUPPE sind ~1 UNGEZIEFER'),
  hate('violence-de', '!GRUPPE ins gas'),
  hate('violence-de', '!GRUPPE sollten|sollen|mussen ~1 sterben|vergast|verschwinden|verrecken', {
    unless: 'ausstellung museum',
  }),
  hate('exclusion-de', 'juden !kontrollieren|beherrschen|steuern|regieren ~1 alles|welt|banken|medien|presse', {
    unless: 'ausstellung museum gedenken mythos',
  }),
  hate('exclusion-de', 'scheiss ~1 !auslander|turken|juden|fluchtlinge|asylanten|polen'),
  hate('exclusion-de', '!GRUPPE gehoren nicht hierher|hier|nach', { evenNegated: true, unless: 'ausstellung museum' }),
  hate('exclusion-de', 'geh|geht|verschwinde ~1 zuruck|dahin ~3 !herkommst|land|heimat|afrika|turkei|syrien', {
    unless: 'urlaub flug',
  }),
  hate('violence-de', '!GRUPPE ~1 vergasen|abschieben|erschiessen|aufhangen|verrecken'),
  hate('slogan-de', 'auslander|turken|juden !raus', { unless: 'ausstellung museum gedenken' }),
  profanity(
    'word-de',
    '!arschloch|arschlocher|scheisse|scheiss|scheissen|verfickt|verfickte|verfickter|verficktes|verfickten|ficken|gefickt|wichser|wichsen|wixer|hurensohn|hurensohne|fotze|fotzen|schlampe|schlampen|missgeburt|drecksau|spast|spasti|arschficker|schwanzlutscher|mistkerl',
  ),
  profanity('word-de', '!hure|huren|nutte|nutten', { unless: 'premiere karten theater roman film oper' }),
  profanity('insult-de', '!fick dich|euch|dein'),
  profanity('insult-de', '!verpiss|verpisst dich|euch'),
  profanity('insult-de', 'leck|leckt ~2 am !arsch'),
  profanity('insult-de', 'halt|halts die|DEIN !fresse|maul'),
  profanity('mild-de', '!verdammt|verdammte|verdammter|mist|arsch|idiot|depp|kacke', { gravity: 'mild' }),
];
