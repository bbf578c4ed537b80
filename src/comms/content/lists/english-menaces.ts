/**
 * Threats in English that name no violence: being watched and found, regret promised, an accident hoped for, silence bought,
 * a family mentioned. Ordinary writing says nearly the same ("order now or you'll regret it", "we know where you live: you
 * gave us the address"), so each rule asks for the turn of phrase and stands back where the text is about trade, travel, care.
 */
import { list, type Rule, ruler } from '../rule.ts';
import { FRAUD, GAMES, LISTS, STAGE } from './english-threats.ts';

const menace = ruler('threat', {
  ...LISTS,
  DEMAND: list('pay send give transfer do keep stop quit drop sign resign withdraw shut leave wire settle obey delete vote'),
  EVERYONE: list(
    'everybody everyone all they world wife husband boss family friends parents mother mom mum colleagues school neighbours neighbors contacts employer kids children town',
  ),
  SPOUSE: list('wife husband boss parents family employer mother mom mum father girlfriend boyfriend friends'),
  GRAVE: list('ditch river grave morgue coffin wheelchair trunk cemetery lake canal ground box dumpster woods'),
  HARMED: list('killed beaten whacked shot raped buried hurt stabbed murdered jumped crippled'),
}); // biome-ignore format: lists

const OFFER =
  'offer offers sale sales deal deals discount discounts ticket tickets price prices trial order book booking booked stock newsletter miss missed missing deadline filings subscribe bargain';
const CARE =
  'delivery deliver delivered parcel package courier pizza driver address postcode taxi cab airport app babysitter sitter nursery vacation insurance census agreement appointment broadband keys';
const TRAVEL = `${CARE} bus train station pick bags luggage gate lift ride car van rescue help ambulance sofa o'clock`;
const INSURED =
  'insure insured insurance cover covered warranty backup protect protected protection guarantee policy screen';
const HOSPITAL = 'ward nurse doctor surgery operation visiting hospice dementia clinic vet please peacefully';
const QUEUE = 'line queue room desk turn please minutes counter number appointment vet';
const SPORT =
  'match squash tennis kart chess quiz monopoly league derby race team coach football pool darts poker fifa';
const PLAYED = `${STAGE} ${GAMES} ${SPORT}`;

/** Before what is asked, supposed or the purpose of something: "so we know where you live". */
const ASKED = 'so do did does if once when until unless how can may should let would could will shall to that sure';

export const ENGLISH_MENACES: readonly Rule[] = [
  // found and watched
  menace('found', 'I ?already ?still ?also !know where you ~1 live|sleep|park|work $|and|remember|bitch|too', { notAfter: ASKED, unless: `${CARE} ${OFFER} ${STAGE} colleague` }),
  menace('found', 'I ~1 !know what|which|where ~1 car|school|street|bus|way|route|gym|room|bed you|YOUR ~1 drive|walk|take|use|sleep|sleeps|go|goes|attends', { unless: `${CARE} ${OFFER} quote garage tyres enrol term` }),
  menace('found', 'I ~1 !know which|what school|nursery|bus|street YOUR ~1 KIN', { unless: `${CARE} enrol term` }),
  menace('found', 'I ~1 know when YOUR|you ~3 !alone|asleep', { unless: INSURED }),
  menace('found', 'I ~2 !hunt you|them|YOUR down|like|and'),
  menace('found', 'I ?am ?are WILL ~1 !find you $|and|wherever|sooner|no|bitch', { notAfter: ASKED, unless: `${TRAVEL} ${PLAYED} ${OFFER} wave stay wait lost safe table device` }),
  menace('found', 'you can !run but', { unless: `${OFFER} ${PLAYED}` }),
  menace('found', 'you can|cant|cannot ?not !hide|escape $|forever', { evenNegated: true, unless: `${OFFER} ${PLAYED}` }),
  menace('found', 'you can|cant|cannot ?not !hide|escape from I|me|us $', { evenNegated: true, unless: `${OFFER} ${PLAYED}` }),
  menace('found', 'nowhere ~1 to !hide|run', { unless: `${OFFER} ${PLAYED}` }),
  menace('coming', 'I am|are ~1 !coming for|after you $|and|next|soon|all|bitch|with', { unless: `${TRAVEL} ${PLAYED}` }),
  menace('coming', 'I ~2 !coming for|after YOUR ~1 KIN', { unless: `${TRAVEL} ${PLAYED}` }),
  menace('coming', 'I ~1 will|are|am !come|coming after you $|and|personally|bitch', { unless: `${TRAVEL} ${PLAYED} amount court costs guarantor` }),
  menace('watched', 'I am|are|be|been ?always !watching|following you $|sleep|every|always|all|and|through|right|leave|home|everywhere', { unless: `${CARE} ${PLAYED} concert recital show stream instagram twitter wedding dance` }),
  menace('watched', 'I am|are|be|been ?always !watching YOUR ~1 KIN $|and|every', { unless: `${CARE} ${PLAYED} play playing grow until` }),
  menace('watch-your-back', '!watch YOUR back $|from|when|because|bitch|now|out|tonight|at', { unless: `lifting lift kitchen luggage gym yoga pickpockets rucksack backpack physio posture slippery stairs ladder ${PLAYED}` }),
  menace('watch-your-back', 'sleep with one !eye open', { unless: `${PLAYED} dolphin dolphins ducks` }),
  menace('watch-your-back', 'keep|start|be|better|always|life ~2 !looking|look over YOUR shoulder', { unless: 'lanes lane mirror cycling driving pin atm' }),
  // regret
  menace('regret', 'you ?are will|going ?to ?really|so|deeply|soon|all !regret $|this|it|that|what|the|ever|talking|going|crossing|messing|coming|not|calling|leaving|telling|reporting|lying|being|if|every|saying|refusing|testifying|your|opening', { evenNegated: true, unless: OFFER }),
  menace('regret', 'I ~3 make|making you ~1 !regret|sorry|suffer'),
  menace('regret', 'you ~2 live ~1 !regret|rue', { unless: OFFER }),
  menace('regret', 'you ?are will|going ?to be ?very|so !sorry $|if|when|for|that|you|bitch', { unless: `${OFFER} hear` }),
  menace('regret', 'I ~2 WILL make you !pay $|for|dearly|with', { unless: OFFER }),
  menace('regret', 'you will|going ?to !pay ~1 for this|that|what $|you|with|dearly|bitch ?did|done|said|have|life|blood|$', { unless: `${OFFER} invoice subscription month card cash use used eat drink` }),
  menace('regret', 'pay|paying ~3 with YOUR !life|lives|blood', { unless: STAGE }),
  menace('regret', 'get|getting|got|deserve what ?is ?was !coming to you|him', { unless: STAGE }),
  menace('regret', 'I ~2 WILL|or ~2 teach you a !lesson $|you|bitch|for', { unless: `${SPORT} tutor` }),
  menace('regret', 'make an !example ~1 of you|him', { unless: 'photo studio' }),
  menace('or-else', 'DEMAND ~8 or !else $|bitch', { unless: `${PLAYED} ${OFFER} homework cake` }),
  // an accident hoped for
  menace('shame-if', '!shame|pity|tragedy ~1 if ~1 something|anything|somebody|someone ~3 happened|happen|happens', { unless: `${INSURED} ${FRAUD}` }),
  menace('shame-if', '!shame|pity|tragedy|terrible|awful|sad ~1 if ~2 it|she|he|they|KIN|HOME ~3 accident|hurt|burned|burnt|fire|disappeared|vanished|home|crashed|die|died|leaked|flames|fell', { evenNegated: true, unless: `${INSURED} ${OFFER}` }),
  menace('shame-if', '!shame|pity if everyone|everybody|YOUR ~2 saw|found|knew|learned|heard|see|finds', { unless: OFFER }),
  menace('shame-if', 'hate ~2 something|anything ~2 !happen|happens to YOUR|you|them|that', { unless: INSURED }),
  menace('shame-if', 'hate to !see YOUR|something|anything ~4 hurt|happen|burn|suffer', { unless: INSURED }),
  menace('shame-if', '!accidents ?do ?can happen to people|those|anyone|families|kids|men|women|witnesses who|that'),
  menace('shame-if', 'bad|terrible|nasty things ~1 !happen|happens to YOUR|you|people|families|liars|those|witnesses', { unless: `${INSURED} good` }),
  menace('shame-if', 'or|otherwise|else ~2 something|accident|accidents ~3 !happen|happens to YOUR|you', { unless: INSURED }),
  // silence, shame and money
  menace('extortion', 'DEMAND ~9 or ~2 EVERYONE ~3 !sees|see|know|knows|find|finds|hear|hears|learn|learns|watch|watches|read|reads', { unless: FRAUD }),
  menace('extortion', 'DEMAND ~9 or ~2 PICTURES ~2 !go|goes online|public|viral|out', { unless: FRAUD }),
  menace('extortion', 'DEMAND ~9 or ~2 PICTURES ~2 !go|goes to ?all ?of YOUR|everyone|everybody|facebook|them', { unless: FRAUD }),
  menace('extortion', 'or I ~2 !tell|inform|call|show YOUR ~1 SPOUSE ~1 everything|about|what|truth|all|who|how', { unless: FRAUD }),
  menace('extortion', 'I ~2 WILL ~1 !send|show|post|leak|publish|share|upload ~4 PICTURES ~5 unless you', { unless: FRAUD }),
  menace('extortion', 'I ~2 WILL ?just !leak|publish|post|expose|upload ~3 PICTURES ~5 if you ~1 not|refuse|dont|ignore', { evenNegated: true, unless: FRAUD }),
  menace('extortion', 'I ~1 have|recorded|got|hacked|saved|filmed|downloaded ~6 !webcam|nudes|nude|naked|masturbating|porn|browser|browsing|intimate', { also: 'btc bitcoin crypto monero wallet contacts wife unless leak publish', unless: FRAUD }),
  menace('extortion', 'I ~2 !hacked your ~1 account|phone|computer|device|email|webcam|camera|mailbox', { also: 'btc bitcoin crypto monero wallet contacts pay unless leak publish transfer', unless: FRAUD }),
  menace('extortion', 'does your SPOUSE ~1 !know about|what|who|where', { also: 'never silence quiet btc bitcoin cash unless', unless: `${OFFER} ${FRAUD}` }),
  menace('extortion', 'price of|for ~1 my|our !silence'),
  menace('extortion', 'my|our !silence ~2 costs|cost|price|worth'),
  menace('extortion', 'I ~2 WILL|or ~2 !ruin|destroy|wreck|end YOUR ~1 life|lives|family|reputation|career|marriage|business', { unless: PLAYED }),
  menace('extortion', 'or I ~2 !ruin|destroy|wreck|end you|YOUR', { unless: PLAYED }),
  menace('end-you', 'I ?am ?are WILL ~1 !destroy|ruin|end|finish|bury you $|and|if|all|bitch', { notAfter: ASKED, unless: PLAYED }),
  menace('end-you', 'I ~2 WILL|or ~2 have|get you|YOUR ~1 !HARMED', { unless: `${STAGE} studio photographer` }),
  menace('end-you', '!shut|silence you ~1 up for|permanently good|ever|$'),
  // those who are theirs
  menace('never-again', 'want|wanna|hope|wish ~1 ?to see YOUR ~2 KIN ~2 !again|alive', { unless: HOSPITAL }),
  menace('never-again', 'never|not ~1 see YOUR ~2 KIN !again|alive', { evenNegated: true, unless: HOSPITAL }),
  menace('never-again', 'KIN|you ~1 will|might|may not|never ~1 make|come|get|reach ~1 !home $|from|tonight|alive|again|safe', { evenNegated: true, unless: `${TRAVEL} snow strike` }),
  menace('never-again', 'you|KIN will not|never ~1 live|make|survive to|it|the|until|till ?to|through|till|past|see ?see ?the|another|next !tomorrow|morning|night|weekend|week|christmas|sunrise|birthday|day', { evenNegated: true, unless: `${PLAYED} class train flight meeting appointment party` }),
  menace('never-again', 'visit ~2 not|never !survive|forget', { evenNegated: true, unless: `${OFFER} museum park` }),
  menace('never-again', 'YOUR !days|hours are ~1 numbered|counted', { unless: `${OFFER} ${PLAYED} mice ants wasps moths weeds` }),
  menace('never-again', 'or|otherwise|then|that ~1 YOUR ~1 KIN is|are !dead|gone|next', { unless: 'insurance funeral condolences vet' }),
  menace('never-again', 'you|KIN are|is|be !next $|bitch', { notAfter: 'if when until once',  unless: `${QUEUE} ${PLAYED}` }),
  menace('never-again', 'YOUR ~1 KIN are|is|be !next $|bitch', { unless: `${QUEUE} ${PLAYED}` }),
  menace('grave', 'you|KIN|he|she will|going|or|can|could ~2 !end|wake|finish ~1 up in ~2 GRAVE', { unless: 'tyres brakes ice gps canoe kayak' }),
  menace('grave', 'or ~1 you|KIN ~2 !end|wake up in ~1 hospital', { unless: `${INSURED} helmet` }),
  menace('grave', 'I ~2 WILL ~1 !put|bury|drop|throw|dump|leave you|YOUR ~1 in|under|into ~1 GRAVE|hospital|earth', { unless: `${HOSPITAL} ${PLAYED} boat raft` }),
  menace('grave', 'you|KIN ~5 six|6 feet !under', { unless: STAGE }),
  menace('grave', 'sleep|sleeping with the !fishes', { unless: `${STAGE} aquarium` }),
  menace('grave', 'dig|digging YOUR ~1 !grave', { unless: STAGE }),
  menace('grave', 'YOUR ~1 HOME ?is will|going ~2 !burn|explode $|down|tonight|tomorrow|next|with|if', { unless: `${INSURED} alarm ${PLAYED}` }),
  menace('taken', 'I ~1 have|got|took|hold|holding YOUR ~1 !KIN', { also: 'ransom alive again cash btc bitcoin dies police cops', unless: HOSPITAL }),
  menace('taken', 'I ~2 WILL|or|have ~2 !kidnap|kidnapped|abduct|abducted|snatch YOUR|you', { unless: `${PLAYED} birthday hen stag bachelor` }),
  menace('quiet', 'you ?all ?should ?already ?will know|see what !happens|happened to people|snitches|rats|traitors|guys|those|liars|witnesses|girls ~1 $|who|that|like', { notAfter: 'do did', unless: STAGE }),
  menace('quiet', 'remember|forget|forgot what !happens|happened to people|snitches|rats|traitors|guys|those|liars|witnesses|girls ~1 $|who|that|like', { unless: STAGE }),
  menace('quiet', 'know|remember|saw|forget ~1 what !happened to the|that|your ~1 last|other|KIN ~1 guy|one|man|girl|witness|who|$', { unless: STAGE }),
  menace('quiet', 'keep|shut YOUR mouth|trap|lips ~1 !shut|sealed ~1 or|if|unless', { unless: 'dentist minutes fluoride rinse snorkel' }),
  menace('quiet', 'if you ~1 love|care|value ~1 YOUR ~1 !KIN|life', { also: 'quiet shut mouth testify court police cops withdraw charges talk', unless: OFFER }),
  menace('quiet', 'if you ~1 value YOUR ~1 !life|family|kids|children|health', { unless: `${OFFER} ${INSURED} sleep smoking` }),
  menace('quiet', '!think of|about YOUR ~1 KIN before|when|next|if you ~2 go|testify|talk|speak|call|open|do|say|sign', { unless: `${INSURED} ${OFFER} will` }),
  menace('visit', 'I ~2 !send|sending ~1 some|my|two|the|our|few ~2 boys|guys|men|friends|people|lads|brothers|cousins round|over|by|to|around', { also: 'polite politely nice nicely gentle persuade owe debt', unless: 'fix repair install boiler plumber electrician clean paint' }),
  menace('visit', 'or|otherwise|else ~3 pay YOUR|you ~2 a !visit', { unless: OFFER }),
  menace('visit', 'or YOUR KIN ~2 get|gets|have a !visit', { unless: HOSPITAL }),
  menace('visit', 'nobody|one ~1 will ~1 !hear you ~1 scream|screaming', { evenNegated: true, unless: PLAYED }),
  // wishes and conditions, the violent word in another place than usual
  menace('harm-reader', 'I ~2 WILL ~7 and !KILL|shoot|hurt YOU|YOUR', { unless: `kindness photo camera ${PLAYED}` }),
  menace('harm-reader', 'or|otherwise I ~2 !KILL|shoot|hurt|burn|skin YOU|YOUR', { unless: `photo camera ${PLAYED}` }),
  menace('harm-reader', 'if you ~6 I ~1 !KILL|burn|shoot|hurt YOU|YOUR', { unless: `photo camera ${PLAYED}` }),
  menace('break-reader', '!break|breaking|broken|smash ~1 every|all bone|bones|tooth ~1 in YOUR'),
  menace('quiet', 'testify|talk|tell|go|call|speak|scream|squeal ~5 and you ?are !finished|dead|done|die|pay|regret', { unless: PLAYED }),
  menace('quiet', 'one|another more|false|wrong !word and ~1 I|you|YOUR'),
  menace('extortion', 'DEMAND ~6 or ~2 EVERYONE ~2 !get|gets|receive|receives ~3 PICTURES', { unless: FRAUD }),
  menace('extortion', 'I ~2 WILL ?just !send|show ~3 PICTURES ~6 if you ~1 not|refuse ~1 pay|send|give|transfer|do', { evenNegated: true, unless: FRAUD }),
  menace('extortion', 'DEMAND ~6 or YOUR ~1 secret|career|marriage|reputation|life|lives|business is|are|will ~1 !over|out|finished|ruined|public|destroyed', { unless: FRAUD }),
  menace('suffer', 'you ?are will|going ?to !suffer|bleed|scream|burn $|for|like|bitch', { notAfter: ASKED, unless: `${HOSPITAL} ${PLAYED} sun pain` }),
  menace('never-again', 'you ~2 never see him|her|them !again', { evenNegated: true, unless: `${HOSPITAL} ${OFFER}` }),
  menace('extortion', 'if you ~1 not|refuse|dont ~1 !pay|comply|cooperate|obey|answer ~4 I ~2 leak|publish|post|expose|upload ~3 PICTURES', { evenNegated: true, unless: FRAUD }),
  menace('extortion', 'if you ~1 not|refuse|dont ~1 !pay|comply|cooperate|obey|answer ~4 I ~2 burn|break|kill|hurt|ruin|destroy YOU|YOUR', { evenNegated: true, unless: `${FRAUD} photo` }),
  menace('end-you', 'make sure you never ~1 !work|walk ~2 again', { evenNegated: true, unless: HOSPITAL }),
  menace('suffer', 'wish you ~1 had !paid|listened|stayed|agreed|kept', { unless: OFFER }),
  menace('suffer', 'you do|dont ?not !want to find out what ~1 happens|I', { evenNegated: true, unless: PLAYED }),
  menace('suffer', 'wish you ~1 never ~1 !born|met', { evenNegated: true }),
  menace('suffer', 'you should ~1 be ~1 !afraid|scared|terrified', { unless: STAGE }),
  menace('suffer', 'know|see|imagine ~1 what I ~2 !do|did to you|YOUR KIN|$'),
  menace('suffer', 'next time it will not be !just|only ~3 window|car|tyres|warning|dog|door', { evenNegated: true }),
  menace('watched', 'I ?have been ?always !following|stalking YOUR ~1 KIN', { unless: 'instagram blog channel' }),
  menace('watched', 'be ~1 !careful crossing|walking|opening|starting|going ~6 if i were you', { unless: 'ice icy slippery storm snow rain wolves bears' }),
  menace('watched', 'you can|cant|cannot ?not !protect YOUR ~2 KIN $|from|every|all|forever', { evenNegated: true, unless: `${OFFER} insurance cream sunscreen vaccine filter` }),
  menace('never-again', 'you|KIN will not|never see ?the ?another|next !christmas|tomorrow|morning|sunrise|weekend|birthday', { evenNegated: true, unless: `${OFFER} train` }),
  menace('never-again', 'YOUR ~1 KIN is|are !running out of time'),
  menace('dead', 'he|she|they ?is ?are a !dead man|woman', { unless: PLAYED }),
  menace('weapon', 'I ~1 have|got ~1 a !gun|knife|rifle|pistol|shotgun and ~1 I|you|know', { unless: `${PLAYED} licence license permit` }),
  menace('beat-reader', 'I ~2 WILL ~1 !beat|whoop|kick|whip YOUR ass|arse|butt $|when|if|tonight|bitch', { unless: `${PLAYED} workout gym class` }),
  menace('cut-reader', 'I ?am ?are WILL ~1 !cut|slice you $|bitch', { notAfter: ASKED, unless: `${HOSPITAL} surgeon hair` }),
  menace('break-reader', 'and|or|then I ~1 !break|smash|crush|bash|shatter YOUR ~1 BODY', { unless: 'workout gym massage fitness' }),
  menace('burn-home', '!burn|blow ~5 with you|YOUR ~2 inside', { unless: INSURED }),
  menace('die', 'hope|wish ~1 someone|somebody ~1 !rapes|kills|shoots|stabs|beats|murders you|YOUR', { unless: STAGE }),
  menace('self-harm', 'world|everyone|everybody ?would ?will ?is ?be ~1 !better ?off without you', { unless: 'helpline hotline feel feeling think thoughts crisis' }),
  menace('die', 'if|unless|anyone|whoever ?who you|someone|anyone|he|she|I|says ~7 YOUR ~1 KIN !dies|suffers', { unless: INSURED }),
  menace('die', '^ hope ~1 you ~2 !die|rot|suffer $|slowly|in|soon|alone|painfully', { unless: 'laughing' }),
  menace('die', 'hope|wish ~1 you ~1 get|gets|have|had ~1 !cancer|aids|raped $|and|you|slowly'),
]; // biome-ignore format: one rule a line
