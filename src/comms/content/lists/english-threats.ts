/**
 * Threats in English: violence announced to the reader or theirs, conditions with violence or exposure behind them, and telling
 * somebody to die. It takes who, will and whom: "kill the lights" has no whom, "smoking kills you" has nobody who means to,
 * "if he has threatened to kill you" is told of another.
 */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  I: list('i we 1'),
  WILL: list('will shall going want wanna coming swear promise must need love like gotta bout'),
  YOU: list('you him yourselves'),
  YOUR: list('your his their'),
  KIN: list(
    'family families wife husband kid kids child children daughter daughters son sons mother mom mum father dad parents brother sister girlfriend boyfriend baby boy girl grandma grandmother loved people dog cat pet dogs cats',
  ),
  BODY: list(
    'throat head skull face neck legs leg arms arm fingers knees knee kneecaps teeth bones jaw nose ribs eyes hands tongue ears heart guts brains spine back',
  ),
  KILL: list(
    'kill murder stab strangle behead rape lynch torture drown slaughter butcher maim cripple assassinate bludgeon knife choke dismember suffocate',
  ),
  HOME: list(
    'house home flat apartment shop store car office school business place building workplace restaurant family',
  ),
  WEAPON: list('gun guns knife knives bat bats machete rifle pistol shotgun hammer weapon axe blade'),
  PAY: list('pay send give transfer settle drop accept sign wire'),
  PICTURES: list('pictures pics photos photo nudes nude video videos images secret secrets tape chats messages'),
  COPS: list('police cops cop lawyer press judge anyone anybody'),
};
const threat = ruler('threat', LISTS);

const PHOTOS =
  'photo photos photographer photography camera studio portrait portraits session shoot shooting light hour outfit outfits bride groom wedding families headshots arrows paintball laser hoops dye vein email mail text line message';
const GAMES =
  'game games respawn level levels boss chess scrabble match tournament clan quest zombies zombie pizza paintball goblin dungeon cards gems season team round league';
const HELP =
  'helpline hotline lifeline samaritans counsellor counselling therapist nurse doctor crisis prevention thought thoughts thinking feel feeling feelings urge urges shelter';
const STAGE = 'film movie novel book play song album episode chapter audition act show cinema theatre karaoke tickets';

export const ENGLISH_THREATS: readonly Rule[] = [
  // who, will, what, whom
  threat('harm-reader', 'I ~2 WILL ~4 !KILL ~1 YOU', { unless: `kindness ${GAMES} ${STAGE}` }),
  threat('harm-kin', 'I ~2 WILL ~4 !KILL ~1 YOUR ~2 KIN', { unless: `${GAMES} ${STAGE}` }),
  threat('harm-kin', 'I ~2 WILL ~4 !KILL ~3 and YOUR ~2 KIN', { unless: `${GAMES} ${STAGE}` }),
  threat('harm-reader', '^ I !kill|murder YOU $'),
  threat(
    'harm-reader',
    'my ~1 brothers|brother|boys|guys|friends|cousins|men ~1 WILL ~3 !KILL|shoot|beat|hurt ~1 YOU',
    { unless: GAMES },
  ),
  threat('harm-reader', 'someone|somebody should|will|ought ~1 !KILL|shoot|hang|hurt you', {
    unless: `${PHOTOS} ${GAMES}`,
  }),
  threat('hurt-reader', 'I ~2 WILL ~4 !hurt|harm|injure|gut|impale|scalp YOU'),
  threat('hurt-kin', 'I ~2 WILL ~4 !hurt|harm|shoot|hang|poison ~1 YOUR ~2 KIN', { unless: PHOTOS }),
  threat('shoot-reader', 'I ~2 WILL ~4 !shoot|hang YOU', { unless: `${PHOTOS} ${GAMES}` }),
  threat('shoot-reader', 'bullet|bullets in|through|into YOUR|you|him !BODY', {}),
  threat('shoot-reader', '!bullet|bullets in|through|into ~1 you|him'),
  threat('poison-reader', 'I ~2 WILL ~2 !poison YOU|YOUR'),
  threat('cut-reader', 'WILL ~2 !slit|cut|slice|rip|tear|gouge YOUR ~1 BODY', {
    unless: 'knee surgeon scar surgery stylist barber hair wound doctor',
  }),
  threat('cut-reader', 'I ~2 WILL ~6 !cut|chop|hack|slice|tear|rip you ~1 up|pieces|apart|open', {
    unless: 'knee surgeon scar surgery',
  }),
  threat('break-reader', 'WILL|or ~3 !break|smash|crush|bash|crack|shatter YOUR ~1 BODY', { unless: 'fever bank' }),
  threat('beat-reader', '!beat you ~1 death|senseless|bloody'),
  threat('beat-reader', '!beat ~1 the ~2 living|shit|crap|hell ~2 out of you', { unless: 'dust' }),
  threat('skin-reader', '!skin|burn|bury you alive'),
  threat('acid', '!throw|pour|splash acid ~3 YOUR|you'),
  threat('make-suffer', 'I ~2 WILL ~1 !make you suffer|bleed|beg|scream|regret', { unless: 'laughing' }),
  threat('burn-home', 'I ~2 WILL ~3 !burn|torch|firebomb|bomb ~1 YOUR|the ~1 HOME', {
    unless: 'rubbish controlled drill',
  }),
  threat('burn-home', '!burn YOUR ~1 HOME down'),
  threat('burn-home', '!burn down YOUR ~1 HOME'),
  threat('burn-home', 'set|put YOUR ~1 HOME on !fire'),
  threat('blow-up', 'I ~2 WILL ~2 !blow up YOUR|the|that ~2 HOME', { unless: 'balloon photo poster bouncy' }),
  threat(
    'bomb',
    'there is a !bomb ~1 in|under|at YOUR|the|this ~1 building|school|office|house|car|station|hotel|restaurant|hospital|home',
    {
      unless: 'calorimeter drill test exercise novel film',
    },
  ),
  threat('bomb', 'planted|placed|hid|put ~1 !bomb|bombs in|under|at YOUR|the|this'),
  threat('die', 'you ~1 will|going ~1 !die|bleed|burn $|tonight|today|tomorrow|soon|slowly|if|for|bitch|like|in', {
    unless: `${GAMES} ${STAGE} sleep pylon voltage calories laughing`,
  }),
  threat('die', 'YOUR ~2 KIN ~2 !dies|die|bleeds', {
    unless: 'insurance funeral vet condolences loss inherit probate will benefit',
  }),
  threat('die', 'or she|he|they !dies|die'),
  threat('die', 'i|we ~1 hope|wish|want ~1 you ~1 !die|dead|suffer|rot|burn'),
  threat('dead', 'you are !dead $|meat|when|if|and|bitch', { unless: `${GAMES} right` }),
  threat('dead', 'you are a !dead man|woman|boy|girl'),
  threat('dead', 'you and YOUR ~1 KIN are !dead'),
  threat('passive', 'you|KIN will|going|be ~2 be !shot|raped|murdered|stabbed|lynched|beheaded|tortured', {
    unless: `${PHOTOS} ${STAGE}`,
  }),
  threat('get-hurt', 'or|otherwise ~2 you|KIN ~2 get|gets|be !hurt|killed|shot'),
  threat('get-hurt', 'something ~1 !happens|happen|happened to YOUR|you ~2 KIN|you|$', {
    unless: 'insurance insured cover policy',
  }),
  threat('watch-your-back', '!watch YOUR back ~3 i|we|coming|tonight'),
  threat('where-you-live', 'know where ~1 !live|sleep|work ~3 and ~4 coming|come|burn|kill|get|visit|hurt|family|kids'),
  threat('where-you-live', 'know where YOUR ~1 !KIN go|goes|play|plays|live|lives|sleep|sleeps|are'),
  threat('weapon', 'YOUR ~1 house|home|door|office ~1 with ~1 !WEAPON'),
  threat('weapon', '!coming|come for you ~1 with ~1 WEAPON'),
  threat('weapon', '!WEAPON in the|YOUR ~1 neck|back|throat|heart|ribs|gut', { unless: 'sword theatre play costume' }),
  threat('snitch', '!snitches get stitches'),
  threat('goodbye', 'say goodbye to YOUR !KIN|life|legs', { unless: 'airport gate flight boarding' }),
  threat('goodbye', 'YOUR last day on !earth'),
  // conditions with exposure behind them
  threat('extortion', 'PAY ~9 or ~2 !leak|publish|post|expose|upload|share|send ~3 PICTURES'),
  threat('extortion', 'or YOUR !nudes|nude|secret|secrets|naked ~4 go|goes|gets|will|posted|everyone|contacts'),
  threat('extortion', 'to PAY ~3 or ~2 !leak|publish|post|expose|upload ~3 PICTURES'),
  threat('extortion', 'if you ~1 talk|go|tell|call ~2 COPS ~3 YOUR ~2 !KIN ~1 dies|die|dead|hurt|pay|suffer'),
  threat('extortion', 'PAY ~8 or ~3 !burn|break|kill|hurt|shoot|stab ~1 YOUR|you'),
  threat('extortion', 'tell|call ~2 COPS and ~2 !kill|shoot|stab|hurt|dead'),
  // telling somebody to die
  threat('self-harm', '!kill|hang|shoot|drown yourself', { unless: `${HELP} ${STAGE}` }),
  threat('self-harm', 'kill your !self', { unless: HELP }),
  threat('self-harm', '!kys'),
  threat('self-harm', '!end your life', { unless: HELP }),
  threat('self-harm', '!slit your wrists', { unless: HELP }),
  threat('self-harm', 'drink !bleach', { unless: 'not never poison swallowed child' }),
  threat('self-harm', '^|just|please go !die ~1 $'),
  // about a third
  threat('harm-other', 'I ~2 WILL ~1 !kill|murder|stab|shoot her|them $|if|tonight|tomorrow|when|and|all', {
    unless: `${PHOTOS} ${GAMES} ants aphids fleas weeds wasps`,
  }),
];
