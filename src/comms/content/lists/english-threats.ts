/**
 * Threats in English: violence announced to the reader or theirs, conditions with violence or exposure behind them, and telling
 * somebody to die. It takes who, will and whom: "kill the lights" has no whom, "smoking kills you" has nobody who means to,
 * "if he has threatened to kill you" is told of another.
 */
import { list, type Rule, ruler } from '../rule.ts';

export const LISTS = {
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
  'photo photos photographer photography camera studio portrait portraits session shooting light hour outfit outfits wedding bride groom headshots arrows paintball email mail';
export const GAMES =
  'laser paintball escape werewolf mafia game games respawn level levels boss chess scrabble match tournament clan quest zombies goblin dungeon season';
const HELP =
  'helpline hotline lifeline samaritans counsellor counselling therapist nurse doctor crisis prevention thought thoughts thinking feel feeling feelings urge urges shelter';
export const STAGE =
  'film films movie movies novel novels book books play song songs album episode chapter audition theatre theater karaoke tickets cinema screening premiere stage trailer lyrics musical thriller spoiler paperback bestseller dvd netflix';
/** Who warns of those who write so. */
export const FRAUD = 'fraud fraudsters scam scams scammers scammer phishing hoax sextortion';
const GYM = 'workout gym massage squats reps fitness';
const REACH = 'marketing sales followers social tiktok instagram';
const DEATH_IN_THE_FAMILY = 'insurance funeral vet condolences loss inherit probate benefit cover policy';
const PESTS = 'fleas ticks worms lice mites ants aphids weeds wasps moths germs';

export const ENGLISH_THREATS: readonly Rule[] = [
  // who, will, what, whom
  threat('harm-reader', 'I ~2 WILL ~4 !KILL ~1 YOU', { unless: `kindness ${GAMES} ${STAGE} ${PESTS}` }),
  threat('harm-reader', '^ I !kill|murder YOU $'),
  threat('harm-reader', 'someone|somebody should|will|ought ~1 !KILL|shoot|hang|hurt you', {
    unless: `${PHOTOS} ${GAMES}`,
  }),
  threat('harm-kin', 'I ~2 WILL ~4 !KILL ~1 YOUR ~2 KIN', { unless: `${GAMES} ${STAGE} ${PESTS}` }),
  threat('hurt-reader', 'I ~2 WILL ~4 !hurt|harm|injure|gut|impale|scalp YOU'),
  threat('hurt-kin', 'I ~2 WILL ~4 !hurt|harm|shoot|hang|poison YOUR ~2 KIN', { unless: `${PHOTOS} ${PESTS}` }),
  threat('shoot-reader', 'I ~2 WILL ~4 !shoot|hang YOU $|dead|down|in|if|and|when|tonight|with|next', {
    unless: `${PHOTOS} ${GAMES}`,
  }),
  threat('shoot-reader', '!bullet|bullets in|through|into ~1 you|him|BODY'),
  threat('poison-reader', 'I ~2 WILL ~2 !poison YOU', { unless: PESTS }),
  threat('cut-reader', 'I ~2 WILL ~3 !slit|cut|slice|rip|tear|gouge YOUR ~1 BODY', {
    unless: 'surgeon surgery stylist barber hair doctor',
  }),
  threat('cut-reader', '!slit YOUR ~1 throat|throats'),
  threat('cut-reader', 'I ~2 WILL ~6 !cut|chop|hack|slice|tear|rip you ~1 up|pieces|apart', {
    unless: 'surgeon surgery doctor',
  }),
  threat('break-reader', 'I ~2 WILL|or ~3 !break|smash|crush|bash|shatter YOUR ~1 BODY', { unless: GYM }),
  threat('break-reader', 'or I ~2 !break|smash|crush|bash|shatter YOUR ~1 BODY', { unless: GYM }),
  threat('beat-reader', '!beat you ~1 death|senseless|bloody'),
  threat('beat-reader', 'WILL ~3 !beat you up $|and|if|after|before|at|in|tonight|tomorrow|again|so|when|next|bitch'),
  threat('beat-reader', '!beat ~1 the ~2 living|shit|crap|hell ~2 out of you', { unless: 'dust' }),
  threat('skin-reader', '!skin|burn|bury you alive'),
  threat('run-over', 'I ~2 WILL ~2 !run you over', { unless: 'details numbers plan' }),
  threat('poison-reader', 'I ~2 WILL ~2 !poison YOUR food|water|drink|drinks|coffee|tea'),
  threat('acid', '!throw|pour|splash acid ~3 YOUR|you'),
  threat('make-suffer', 'I ~2 WILL ~1 !make you suffer|bleed|beg', { unless: `laughing ${GYM}` }),
  threat('burn-home', 'I ~2 WILL ~3 !burn|torch|firebomb|bomb ~1 YOUR|the ~1 HOME', {
    unless: 'rubbish controlled drill',
  }),
  threat('burn-home', '!burn YOUR ~1 HOME down'),
  threat('burn-home', '!burn down YOUR ~1 HOME'),
  threat('burn-home', 'set YOUR ~1 HOME on !fire', { unless: REACH }),
  threat('blow-up', 'I ~2 WILL ~2 !blow up YOUR|the|that ~2 HOME', { unless: `balloon photo poster bouncy ${REACH}` }),
  threat('bomb', 'there is a !bomb ~1 in|under|at YOUR|the|this ~1 HOME|station|hotel|hospital', {
    unless: 'calorimeter drill test exercise novel film',
  }),
  threat('bomb', 'planted|placed|hid|put ~1 !bomb|bombs in|under|at YOUR|the|this', { unless: 'bath' }),
  threat('die', 'you ~1 will|going ~1 !die $|tonight|today|tomorrow|soon|slowly|if|for|in|like', {
    unless: `${GAMES} ${STAGE} sleep voltage laughing`,
  }),
  threat('die', 'or YOUR ~2 KIN ~1 !dies|die', { unless: DEATH_IN_THE_FAMILY }),
  threat('die', 'YOUR ~1 KIN will|going ~1 !die $|tonight|tomorrow|if|unless|too|first', {
    unless: DEATH_IN_THE_FAMILY,
  }),
  threat('die', 'PAY|bring ~6 or she|he|they !dies|die'),
  threat('die', 'I ~1 hope|wish|want ~1 you ~1 !die|dead|rot'),
  threat('dead', 'you are !dead $|meat|when|if|and|bitch', { unless: GAMES }),
  threat('dead', 'you are a !dead man|woman|boy|girl'),
  threat('dead', 'you and YOUR ~1 KIN are !dead'),
  threat('passive', 'you|KIN will|going|be ~2 be !shot|raped|murdered|stabbed|lynched|beheaded|tortured', {
    unless: `${PHOTOS} ${STAGE}`,
  }),
  threat('get-hurt', 'or|otherwise ~2 you|KIN ~2 get|gets|be !hurt|killed|shot', { unless: 'helmet goggles gloves' }),
  threat('get-hurt', 'or ~2 something ~1 !happens|happen to YOUR|you', { unless: DEATH_IN_THE_FAMILY }),
  threat('watch-your-back', '!watch YOUR back ~3 I|coming|tonight', { unless: 'lifting lift' }),
  threat('where-you-live', 'I ~1 know where ~1 !live|sleep|work ~3 and ~4 coming|come|burn|kill|get|hurt|family|kids'),
  threat('where-you-live', 'I ~1 know where YOUR ~1 !KIN go|goes|play|plays|live|lives|sleep|sleeps|are'),
  threat('weapon', 'outside YOUR ~1 house|home|door|office ~1 with ~1 !WEAPON'),
  threat('weapon', '!coming|come for you ~1 with ~1 WEAPON'),
  threat('weapon', '!knife|blade|axe|knives in the|YOUR ~1 neck|back|throat|heart|ribs|gut', { unless: STAGE }),
  threat('passive', 'you should|deserve ~1 be !shot|raped|murdered|stabbed|killed|hanged', { unless: PHOTOS }),
  threat('snitch', '!snitches get stitches'),
  threat('goodbye', 'say goodbye to YOUR !KIN|life|legs', { unless: 'airport gate flight boarding' }),
  threat('goodbye', 'YOUR last day on !earth'),
  // conditions with exposure or violence behind them
  threat('extortion', 'PAY ~9 or I ~2 !leak|publish|post|expose|upload ~3 PICTURES'),
  threat('extortion', 'PAY ~9 or I ~2 !send|share|show ~3 PICTURES ~2 you|YOUR'),
  threat('extortion', 'or YOUR !nudes|nude|naked'),
  threat('extortion', 'if you ~1 talk|go|tell|call ~2 COPS ~3 YOUR ~2 !KIN ~1 dies|die|dead|hurt|pay|suffer'),
  threat('extortion', 'PAY ~8 or I ~2 !burn|kill|hurt|stab ~1 YOUR|you'),
  threat('extortion', 'tell|call ~2 COPS and I ~2 !kill|shoot|stab|hurt ~1 YOUR|you'),
  // telling somebody to die
  threat('self-harm', '!kill|hang|shoot|drown yourself', { unless: `${HELP} ${STAGE}` }),
  threat('self-harm', 'kill your !self', { unless: HELP }),
  threat('self-harm', '!kys'),
  threat('self-harm', '!end your life', { unless: `${HELP} insurance contract` }),
  threat('self-harm', '!slit your wrists', { unless: HELP }),
  threat('self-harm', '!jump off a bridge', { unless: `${HELP} bungee` }),
  threat('self-harm', 'drink !bleach', { unless: 'poison swallowed child' }),
  threat('self-harm', '^|just|please go !die ~1 $'),
  // about a third
  threat('harm-other', 'I ~2 WILL ~1 !kill|murder|stab|shoot her|them $|if|tonight|tomorrow|when|and|all', {
    unless: `${PHOTOS} ${GAMES} ${PESTS}`,
  }),
];
