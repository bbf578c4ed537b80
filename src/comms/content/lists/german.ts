/** The plain strong cases in German, folded: `ä` is `a`, `ß` is `ss`. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  DEIN: list('dein deine deinen deiner deinem ihr ihre euer eure'),
  LEUTE: list('familie frau mann kind kinder sohn tochter mutter vater bruder schwester haus wohnung auto laden hund'),
  GRUPPE: list(
    'juden auslander turken muslime fluchtlinge asylanten zigeuner neger schwarze schwule lesben frauen araber polen russen migranten homosexuelle behinderte kanaken islam asiaten',
  ),
  UNGEZIEFER: list(
    'ungeziefer parasiten dreck ratten tiere abschaum untermenschen pest schmarotzer verbrecher terroristen affen schweine minderwertig mull kriminelle krebs',
  ),
};
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

export const GERMAN: readonly Rule[] = [
  threat('harm-de', 'ich|wir !bring|bringe|bringen dich|euch um $|und|wenn|du|ihr|alle'),
  threat(
    'harm-de',
    'ich|wir ~1 werde|werden|will|wollen|wird dich|euch|DEIN ~2 !toten|umbringen|abstechen|erschiessen|vergewaltigen|erwurgen|abknallen|verprugeln|kaltmachen|totschlagen|ermorden',
    { unless: 'spiel schach' },
  ),
  threat('harm-de', 'ich|wir !tote|toten|ermorde|ermorden|erschiess|erschiesse dich|euch', { unless: 'spiel schach' }),
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
  threat('self-harm-de', '^|geh|los ~1 !bring dich um $|selbst|doch'),
  threat('self-harm-de', '!hang|erhang dich ?doch auf $'),
  hate(
    'slur-de',
    '!kanake|kanaken|kanacke|kanacken|neger|negern|schwuchtel|schwuchteln|kummelturke|kummelturken|judensau|saujude|saujuden|drecksjude|zigeunerpack|schlitzauge|schlitzaugen|untermensch|untermenschen|kameltreiber',
  ),
  hate('dehumanising-de', '!GRUPPE sind ~1 UNGEZIEFER'),
  hate('violence-de', '!GRUPPE ins gas'),
  hate('violence-de', '!GRUPPE ~1 vergasen|abschieben|erschiessen|aufhangen|verrecken'),
  hate('slogan-de', 'auslander|turken|juden !raus', { unless: 'ausstellung museum gedenken' }),
  profanity(
    'word-de',
    '!arschloch|arschlocher|scheisse|scheiss|scheissen|verfickt|verfickte|verfickter|verficktes|verfickten|ficken|gefickt|wichser|wichsen|wixer|hurensohn|hurensohne|fotze|fotzen|schlampe|schlampen|hure|huren|missgeburt|drecksau|nutte|nutten|spast|spasti|arschficker|schwanzlutscher|mistkerl',
  ),
  profanity('insult-de', '!fick dich|euch|dein'),
  profanity('insult-de', '!verpiss|verpisst dich|euch'),
  profanity('insult-de', 'leck|leckt ~2 am !arsch'),
  profanity('insult-de', 'halt|halts die|DEIN !fresse|maul'),
  profanity('mild-de', '!verdammt|verdammte|verdammter|mist|arsch|idiot|depp|kacke', { gravity: 'mild' }),
];
